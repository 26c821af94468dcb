/** The words of the options page, in both languages. */

import type { Locale } from "@atesaki/common/src/wire.ts";
import type { SettingsProblem } from "../worker/settings.ts";

export interface OptionsWords {
  readonly title: string;
  readonly intro: string;
  readonly problems: Record<SettingsProblem, string>;
  readonly ready: string;
  readonly inOrder: string;
  readonly notInOrder: string;
  readonly backendUrl: string;
  readonly deploymentKey: string;
  readonly keySet: string;
  readonly failMode: string;
  readonly failModes: Record<"prompt" | "hold" | "server", string>;
  readonly verified: string;
  readonly notUsed: string;
  readonly used: string;
  readonly version: string;
  readonly check: string;
  readonly reached: string;
  readonly notReached: string;
  readonly keyRefused: string;
  readonly signIn: string;
  readonly signedIn: (address: string) => string;
  readonly notSignedIn: string;
}

const JA: OptionsWords = {
  title: "Gmail の宛先の確認",
  intro: "設定は組織の管理者が行います。このページでは確かめることだけができます。",
  problems: {
    no_policy: "組織の設定がまだ届いていません。管理者に知らせてください。",
    no_backend_url: "サーバーのアドレスが設定されていません。管理者に知らせてください。",
    bad_backend_url: "サーバーのアドレスは https:// で始まる必要があります。管理者に知らせてください。",
    no_deployment_key: "利用キーが設定されていません。管理者に知らせてください。",
  },
  ready: "設定は届いています。",
  inOrder: "使えます",
  notInOrder: "まだ使えません",
  backendUrl: "サーバー",
  deploymentKey: "利用キー",
  keySet: "設定されています（表示しません）",
  failMode: "確認できないとき",
  failModes: {
    prompt: "差出人が確かめて送れる",
    hold: "確認できるまで送らない",
    server: "サーバーの設定に従う",
  },
  verified: "差出人の確認",
  notUsed: "使わない",
  used: "Google のサインインを使う",
  version: "バージョン",
  check: "サーバーにつながるか確かめる",
  reached: "サーバーにつながりました。",
  notReached: "サーバーにつながりません。管理者に知らせてください。",
  keyRefused: "サーバーが組織の鍵を受け付けません。管理者に知らせてください。",
  signIn: "Google にサインインする",
  signedIn: (address) => `${address} としてサインインしました。`,
  notSignedIn: "サインインできませんでした。メールの確認はこのまま続きます。",
};

const EN: OptionsWords = {
  title: "Checking recipients in Gmail",
  intro: "Your organization's administrator makes these settings; here you can only look at them.",
  problems: {
    no_policy: "Your organization's settings have not arrived yet. Please tell your administrator.",
    no_backend_url: "The server's address is not set. Please tell your administrator.",
    bad_backend_url: "The server's address must begin with https://. Please tell your administrator.",
    no_deployment_key: "The deployment key is not set. Please tell your administrator.",
  },
  ready: "The settings have arrived.",
  inOrder: "Ready",
  notInOrder: "Not ready",
  backendUrl: "Server",
  deploymentKey: "Deployment key",
  keySet: "Set (not shown)",
  failMode: "When a message can't be checked",
  failModes: {
    prompt: "The sender looks again and may send",
    hold: "Nothing is sent until it can be checked",
    server: "As the server says",
  },
  verified: "Verified senders",
  notUsed: "Not used",
  used: "With Google sign-in",
  version: "Version",
  check: "Check the connection to the server",
  reached: "The server answers.",
  notReached: "The server does not answer. Please tell your administrator.",
  keyRefused: "The server does not accept the organization's key. Please tell your administrator.",
  signIn: "Sign in to Google",
  signedIn: (address) => `Signed in as ${address}.`,
  notSignedIn: "The sign-in did not work. Messages are still checked.",
};

export const OPTIONS_WORDS: Record<Locale, OptionsWords> = { ja: JA, en: EN };

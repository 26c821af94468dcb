/** The options page: what the organization's policy says, whether the server answers, and signing in. */

import { button, element } from "@atesaki/common/src/view/element.ts";
import { verdict } from "@atesaki/common/src/view/warning.ts";
import { localeOf } from "../words.ts";
import { browser } from "../worker/browser.ts";
import { APP, Service } from "../worker/service.ts";
import type { Settings } from "../worker/settings.ts";
import type { OptionsWords } from "./words.ts";
import { OPTIONS_WORDS } from "./words.ts";

const locale = localeOf(navigator.language);
const words = OPTIONS_WORDS[locale];
const service = new Service(browser);

async function start(): Promise<void> {
  document.documentElement.lang = locale;
  document.title = words.title;
  const { settings, problem } = await service.settings();
  const state = problem
    ? verdict("warn", words.notInOrder, words.problems[problem])
    : verdict("allow", words.inOrder, words.ready);
  const main = document.querySelector("main");
  main?.replaceChildren(
    element("h1", {}, words.title),
    element("p", { class: "quiet" }, words.intro),
    state,
    facts(settings, words),
    ...(settings ? [actions(settings)] : []),
  );
}

function facts(settings: Settings | null, { failModes }: OptionsWords): HTMLElement {
  const rows: [string, string][] = [
    ...(settings ? settingRows(settings, failModes) : []),
    [words.version, browser.version()],
  ];
  const lines = rows.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]);
  return element("dl", { class: "facts" }, ...lines);
}

function settingRows(settings: Settings, failModes: OptionsWords["failModes"]): [string, string][] {
  return [
    [words.backendUrl, settings.backendUrl],
    [words.deploymentKey, words.keySet],
    [words.failMode, failModes[settings.failMode ?? "server"]],
    [words.verified, settings.oauthClientId ? words.used : words.notUsed],
  ];
}

function actions(settings: Settings): HTMLElement {
  const said = element("p", { role: "status" });
  const tell = (work: () => Promise<string>, instead: string) => () => {
    void work()
      .catch(() => instead)
      .then((text) => {
        said.textContent = text;
      });
  };
  const reach = async () => {
    const { ok, status } = await askedAsAtSend(settings);
    return ok ? words.reached : status === 401 ? words.keyRefused : words.notReached;
  };
  const signIn = async () => words.signedIn(await service.identity.signIn(settings, "", true));
  const check = button(words.check, tell(reach, words.notReached));
  const person = settings.oauthClientId ? [button(words.signIn, tell(signIn, words.notSignedIn))] : [];
  return element("div", { class: "actions" }, check, ...person, said);
}

// With the key: a server that answers but refuses it would check no mail.
function askedAsAtSend({ backendUrl, deploymentKey }: Settings): Promise<Response> {
  const headers = { "Atesaki-Key": deploymentKey };
  return fetch(`${backendUrl}/v1/clients/${APP}/profile`, { headers, signal: AbortSignal.timeout(4_000) });
}

void start();

/** Fakes of what the extension stands on: a mail, the worker's line, a dialog, a browser. */

import type { Actions, Shown } from "@atesaki/common/src/view/warning.ts";
import type {
  Answer,
  DegradedReport,
  Field,
  Message,
  Outcome,
  SecondCheck,
} from "@atesaki/common/src/wire.ts";
import type { Compose, Departure, Draft, Entry, SendKind } from "../src/compose.ts";
import { Unreadable } from "../src/compose.ts";
import type { Guard } from "../src/guard.ts";
import type { Guidance, Health, UnderKey, Worker } from "../src/protocol.ts";
import type { Refusal } from "../src/refusals.ts";
import { refusalOf } from "../src/refusals.ts";
import type { Dialog } from "../src/surroundings.ts";
import type { Browser, Store } from "../src/worker/browser.ts";

type Fields = Record<Field, string[]>;

function entries(addresses: readonly string[]): Entry[] {
  return addresses.map((emailAddress) => ({ emailAddress, displayName: emailAddress }));
}

/** A mail in memory; `sent` holds what left. Set `broken` to make it unreadable, `stuck` to lose presses of Send. */
export class FakeMail implements Compose {
  readonly root = {} as HTMLElement;
  readonly sent: { kind: SendKind; fields: Fields }[] = [];
  fields: Fields = { to: [], cc: [], bcc: [] };
  subject = "";
  body = "";
  broken = false;
  stuck = false;
  departs: Promise<Departure> = Promise.resolve("left");
  guard: Guard | null = null;
  beforeResend: () => void = () => undefined;

  read(): Draft {
    if (this.broken) {
      throw new Unreadable("recipients_missing");
    }
    return {
      sender: { emailAddress: "staff@hall.example", displayName: "" },
      to: entries(this.fields.to),
      cc: entries(this.fields.cc),
      bcc: entries(this.fields.bcc),
      subject: this.subject,
      body: this.body,
      attachments: [],
      thread: { kind: "new", recipients: [] },
      unread: [],
    };
  }

  setRecipients(field: Field, addresses: readonly string[]): Promise<void> {
    this.fields = { ...this.fields, [field]: [...addresses] };
    return Promise.resolve();
  }

  /** As Gmail's page does: our press of Send comes back as an attempt, a little later. */
  resend(kind: SendKind): void {
    if (!this.stuck) {
      queueMicrotask(() => {
        this.beforeResend();
        this.press(kind);
      });
    }
  }

  departure(): Promise<Departure> {
    return this.departs;
  }

  /** Somebody, or we ourselves, press Send. */
  press(kind: SendKind = "send"): void {
    if (this.guard?.attempt(kind) === "pass") {
      this.sent.push({ kind, fields: structuredClone(this.fields) });
    }
  }
}

export function answer(action: Answer["action"], more: Partial<Answer> = {}): Answer {
  return {
    decision_id: "d1",
    action,
    release: action === "allow" ? null : "justify",
    findings: [],
    remedies: [],
    headline: "H",
    dialog: { text: "t", markdown: "m" },
    ...more,
  };
}

export function secondCheck(state: SecondCheck["state"], more: Partial<SecondCheck> = {}): SecondCheck {
  return {
    decision_id: "d1",
    state,
    asked_at: "2026-11-28T10:00:00Z",
    expires_at: "2026-12-01T10:00:00Z",
    by: null,
    comment: null,
    url: "https://atesaki.example/console/checks/d1",
    ...more,
  };
}

/** A worker in memory; `decides` is called for each question. */
export class FakeWorker implements Worker {
  isAlive = true;
  readonly asked: { message: Message; composing: boolean; under: UnderKey | null }[] = [];
  readonly outcomes: Outcome[] = [];
  readonly reports: DegradedReport[] = [];
  readonly releases: string[] = [];
  readonly notes: string[] = [];
  healths: Health[] = [];
  told: Guidance = {
    configured: true,
    collect: [],
    rule: { internalDomains: ["hall.example"], peopleThreshold: 3 },
    onRisk: "prompt",
  };
  decides: (message: Message) => Promise<Answer> = () => Promise.resolve(answer("allow"));
  takesRelease = true;
  /** What the colleague says; null until somebody asks. */
  check: SecondCheck | null = null;
  refusedElsewhere: readonly Refusal[] = [];

  alive(): boolean {
    return this.isAlive;
  }

  guidance(): Promise<Guidance> {
    return Promise.resolve(this.told);
  }

  decide(message: Message, _locale: unknown, composing: boolean, under: UnderKey | null): Promise<Answer> {
    this.asked.push({ message, composing, under });
    return this.decides(message);
  }

  release(_id: string, release: { kind: string }): Promise<unknown> {
    if (!this.takesRelease) {
      return Promise.reject(new Error("not recorded"));
    }
    this.releases.push(release.kind);
    return Promise.resolve(null);
  }

  askSecondCheck(decisionId: string, note: string | null, account: string): Promise<SecondCheck> {
    this.notes.push(`${account}: ${note ?? ""}`);
    this.check = secondCheck("waiting", { decision_id: decisionId });
    return Promise.resolve(this.check);
  }

  withdrawSecondCheck(decisionId: string, account: string): Promise<unknown> {
    this.notes.push(`${account}: withdraws ${decisionId}`);
    this.check = null;
    return Promise.resolve(null);
  }

  /** As the backend does: an open or declined check at every decision, any other at its own. */
  secondCheck(decisionId: string): Promise<SecondCheck | null> {
    const told = ["waiting", "granted", "declined"].includes(this.check?.state ?? "");
    return Promise.resolve(told || this.check?.decision_id === decisionId ? this.check : null);
  }

  report(_id: string, outcome: Outcome): Promise<unknown> {
    this.outcomes.push(outcome);
    return Promise.resolve(null);
  }

  refused(print: string): Promise<Refusal | null> {
    return Promise.resolve(refusalOf(this.refusedElsewhere, print));
  }

  degraded(report: DegradedReport): Promise<unknown> {
    this.reports.push(report);
    return Promise.resolve(null);
  }

  health(health: Health): Promise<unknown> {
    this.healths.push(health);
    return Promise.resolve(null);
  }
}

/** A dialog that keeps what it was told to show. */
export class FakeDialog implements Dialog {
  isOpen = false;
  readonly shown: Shown[] = [];
  reloads = 0;

  constructor(readonly actions: Actions) {}

  show(shown: Shown): void {
    this.isOpen = true;
    this.shown.push(shown);
  }

  showReload(): void {
    this.isOpen = true;
    this.reloads += 1;
  }

  close(): void {
    this.isOpen = false;
  }

  get last(): Shown | undefined {
    return this.shown.at(-1);
  }
}

export class FakeStore implements Store {
  readonly #kept = new Map<string, unknown>();

  read(name: string): Promise<unknown> {
    return Promise.resolve(structuredClone(this.#kept.get(name)));
  }

  write(name: string, value: unknown): Promise<void> {
    this.#kept.set(name, structuredClone(value));
    return Promise.resolve();
  }
}

/** A browser whose policy and sign-in are set by the test. */
export class FakeBrowser implements Browser {
  policy: Record<string, unknown> = { backendUrl: "https://atesaki.example", deploymentKey: "key" };
  readonly lasting = new FakeStore();
  readonly session = new FakeStore();
  readonly signIns: { url: URL; interactive: boolean }[] = [];
  signsIn: (url: URL) => string = () => {
    throw new Error("nobody is there");
  };

  managed(): Promise<Record<string, unknown>> {
    return Promise.resolve(this.policy);
  }

  platform(): string {
    return "Chrome Linux";
  }

  version(): string {
    return "0.1.0";
  }

  redirectUrl(): string {
    return "https://abc.chromiumapp.org/oidc";
  }

  signIn(url: string, interactive: boolean): Promise<string> {
    const asked = new URL(url);
    this.signIns.push({ url: asked, interactive });
    return Promise.resolve().then(() => this.signsIn(asked));
  }
}

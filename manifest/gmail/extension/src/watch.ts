/** Puts a guard on every mail being written, asks in advance as recipients change, and tests itself. */

import type { Answer, Locale, Message } from "@atesaki/common/src/wire.ts";
import { within } from "@atesaki/common/src/within.ts";
import type { Answers } from "./answers.ts";
import type { Compose, ComposeAdapter, Listener, Problem, SendKind } from "./compose.ts";
import { Guard } from "./guard.ts";
import { messageOf } from "./message.ts";
import type { Guidance, Health, UnderKey, Worker } from "./protocol.ts";

export interface Watching {
  readonly worker: Worker;
  readonly answers: Answers;
  readonly locale: () => Locale;
  /** Milliseconds of some clock that only goes forward. */
  readonly clock: () => number;
  /** Handles one press of Send to its end. */
  readonly press: (guard: Guard, kind: SendKind) => Promise<void>;
}

/** Milliseconds of quiet before changed recipients are asked about. */
const QUIET = 700;
/** Milliseconds after which they are asked about all the same, on a page that is never quiet. */
const LONGEST = 2_100;

/** Milliseconds that a press of Send waits for what the backend's rules ask for by now. */
const GUIDANCE_PATIENCE = 500;
/** The same where the backend has never said it: the mail would be judged without its text. */
const FIRST_PATIENCE = 1_000;

/** Until the backend has said otherwise nobody is known, so the first visible outsider is a risk. */
const UNKNOWN: Guidance = {
  configured: false,
  collect: null,
  rule: { internalDomains: [], peopleThreshold: 1 },
  onRisk: "prompt",
};

interface Waiting {
  readonly timer: ReturnType<typeof setTimeout>;
  readonly since: number;
}

export class Watch implements Listener {
  readonly #guards = new WeakMap<HTMLElement, Guard>();
  readonly #waiting = new WeakMap<HTMLElement, Waiting>();
  readonly #asked = new WeakMap<HTMLElement, string>();
  #adapters: ComposeAdapter[] = [];
  #guidance = UNKNOWN;
  #told = "";
  #trouble: Problem | null = null;

  constructor(private readonly watching: Watching) {}

  get guidance(): Guidance {
    return this.#guidance;
  }

  use(adapter: ComposeAdapter): void {
    this.#adapters = [adapter, ...this.#adapters];
    adapter.start(this);
    void this.#learn();
  }

  /** Tests itself for the first time; `trouble` is what has gone wrong with starting, or null. */
  started(trouble: Problem | null): void {
    this.#trouble = trouble;
    this.#selfTest();
  }

  opened(compose: Compose): void {
    this.#guard(compose);
    void this.#learn();
    this.changed(compose);
  }

  /** Resolves when the backend's guidance is known as of now, or after a moment without it; never rejects. */
  async ready(): Promise<void> {
    const late = new Error("No guidance in time");
    const patience = this.#guidance.collect ? GUIDANCE_PATIENCE : FIRST_PATIENCE;
    await within(patience, () => this.#learn(), late).catch(() => undefined);
  }

  changed(compose: Compose): void {
    const { root } = compose;
    const now = this.watching.clock();
    const waiting = this.#waiting.get(root);
    const since = waiting?.since ?? now;
    clearTimeout(waiting?.timer);
    const act = () => {
      this.#waiting.delete(root);
      void this.#prefetch(compose);
      this.#selfTest();
    };
    const timer = setTimeout(act, Math.min(QUIET, Math.max(0, since + LONGEST - now)));
    this.#waiting.set(root, { timer, since });
  }

  closed({ root }: Compose): void {
    clearTimeout(this.#waiting.get(root)?.timer);
    this.#waiting.delete(root);
  }

  attempted(compose: Compose, kind: SendKind): "stop" | "pass" {
    return this.#guard(compose).attempt(kind);
  }

  /** The mail as the API takes it, or null where it can't be read. */
  message(compose: Compose): Message | null {
    try {
      return messageOf(compose.read(), this.#guidance.collect);
    } catch {
      return null;
    }
  }

  /** Asks the backend; only what it said while composing is kept for exactly this mail, since a release counts once. */
  async ask(message: Message, composing: boolean, under: UnderKey | null): Promise<Answer> {
    const { worker, locale, answers } = this.watching;
    const answer = await worker.decide(message, locale(), composing, under);
    if (composing && !answer.released_by) {
      answers.keep(JSON.stringify(message), message, answer);
    } else {
      answers.note(message, answer);
    }
    return answer;
  }

  #guard(compose: Compose): Guard {
    const known = this.#guards.get(compose.root);
    if (known) {
      known.compose = compose;
      return known;
    }
    const guard: Guard = new Guard(compose, () => this.#print(guard.compose), this.watching.press);
    this.#guards.set(compose.root, guard);
    return guard;
  }

  #print(compose: Compose): string | null {
    const message = this.message(compose);
    return message && JSON.stringify(message);
  }

  async #learn(): Promise<void> {
    this.#guidance = await this.watching.worker.guidance().catch(() => this.#guidance);
  }

  // Each mail once: an answer that has grown old is asked for anew at Send, not for as long as a draft lies open.
  async #prefetch(compose: Compose): Promise<void> {
    const message = this.message(compose);
    const print = JSON.stringify(message);
    const anybody = message && message.to.length + message.cc.length + message.bcc.length > 0;
    const asked = this.#asked.get(compose.root) === print || this.watching.answers.for(print) !== null;
    if (anybody && !asked && this.watching.worker.alive()) {
      this.#asked.set(compose.root, print);
      await this.ask(message, true, null).catch(() => this.#asked.delete(compose.root));
    }
  }

  // Told when it changes; the worker repeats it, so that admins see a Gmail that has become unreadable.
  #selfTest(): void {
    const health = this.health();
    const text = JSON.stringify(health);
    if (health && text !== this.#told && this.watching.worker.alive()) {
      this.#told = text;
      void this.watching.worker.health(health).catch(() => {
        this.#told = "";
      });
    }
  }

  /** How well the guard sees Gmail now: the first problem of any adapter, else the adapter that leads. */
  health(): Health | null {
    const [leading] = this.#adapters;
    const problem = this.#adapters.map((each) => each.problem()).find((each) => each !== null);
    return leading ? { adapter: leading.name, problem: problem ?? this.#trouble } : null;
  }
}

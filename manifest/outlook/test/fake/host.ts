/** A host that behaves like Outlook: runs the handlers, enforces their limits, and shows the dialog it would show. */

import { Calls } from "./calls.ts";
import type { Draft } from "./item.ts";
import { fakeItem } from "./item.ts";
import type { Profile } from "./profiles.ts";

export interface Completion {
  allowEvent?: boolean;
  errorMessage?: string;
  errorMessageMarkdown?: string;
  cancelLabel?: string;
  commandId?: string;
  contextData?: string;
  sendModeOverride?: string;
}

/** What Outlook would show: the text and the buttons of the effective send mode. */
export interface Dialog {
  readonly text: string;
  readonly buttons: readonly string[];
  readonly commandId: string | null;
  readonly contextData: string | null;
}

export interface Sending {
  readonly sent: boolean;
  readonly dialog: Dialog | null;
  readonly completions: number;
  readonly options: Completion | null;
  readonly milliseconds: number;
}

type Handler = (event: { completed(options?: Completion): void }) => void;

interface Running {
  completions: number;
  killed: boolean;
}

export const SEND_ANYWAY = "Send Anyway";
const DONT_SEND = "Don't Send";

/** Milliseconds after which this host gives up on a handler; the real one waits about five minutes. */
const GIVE_UP = 6_000;

export class FakeHost {
  readonly calls = new Calls();
  readonly settings = new Map<string, unknown>();
  readonly #settingsAtStart = new Map<string, unknown>();
  readonly errors: string[] = [];
  language = "ja-JP";
  token: (() => Promise<string>) | null = null;
  draft: Draft | null;
  /** Another add-in on the same event stops whatever this one allows. */
  stoppedByAnother = false;
  sentDrafts: Draft[] = [];
  readonly #handlers = new Map<string, Handler>();
  readonly #listeners = new Map<string, ((args: unknown) => void)[]>();
  #running: Running | null = null;
  #ready = false;

  constructor(
    readonly profile: Profile,
    start: Draft | null,
  ) {
    this.draft = start;
  }

  /** The globals `Office` and `OfficeRuntime` that scripts see. */
  globals(): { Office: unknown; OfficeRuntime: unknown } {
    const auth = { getAccessToken: () => this.token?.() ?? Promise.reject(new Error("13000")) };
    return { Office: this.#office(), OfficeRuntime: { auth } };
  }

  /** Runs the handler of `event` once, as a press of Send does. */
  async send(event = "onMessageSend"): Promise<Sending> {
    const started = Date.now();
    const running: Running = { completions: 0, killed: false };
    this.#running = running;
    const options = await this.#run(event, running);
    this.#running = null;
    const allowed = options?.allowEvent === true;
    const sent = allowed && !this.stoppedByAnother;
    if (sent) {
      this.#leave();
    }
    return {
      sent,
      dialog: options && !allowed ? this.#dialog(options) : null,
      completions: running.completions,
      options,
      milliseconds: Date.now() - started,
    };
  }

  /** The sender presses Send Anyway in the dialog; no event tells the add-in. */
  sendAnyway(): void {
    this.#leave();
  }

  /** The sender presses the add-in's own button: the pane finds the context at its start. */
  openPane(dialog: Dialog | null): void {
    if (this.draft) {
      this.draft.context = dialog?.contextData ?? null;
    }
    this.#tell("InitializationContextChanged");
  }

  /** Runs a handler that only completes, such as `onMessageRecipientsChanged`; resolves when it has. */
  async fire(event: string): Promise<number> {
    const running: Running = { completions: 0, killed: false };
    await this.#run(event, running);
    return running.completions;
  }

  // Office.js in a page hears of events only after `Office.onReady`; the engine of classic Outlook has none (outlook.md §3.1).
  #run(event: string, running: Running): Promise<Completion | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve(null);
      }, GIVE_UP);
      const completed = (options: Completion = {}) => {
        running.completions += 1;
        if (!running.killed) {
          clearTimeout(timer);
          setTimeout(() => {
            resolve(options);
          }, 20);
        }
      };
      if (this.#ready || this.profile.platform === "PC") {
        this.#handlers.get(event)?.({ completed });
      }
    });
  }

  // The session of a draft ends with it (outlook.md §9.1).
  #leave(): void {
    if (this.draft) {
      this.sentDrafts.push({ ...this.draft, session: new Map() });
      this.draft = null;
    }
  }

  #dialog(options: Completion): Dialog {
    const override = options.sendModeOverride === "promptUser" && this.profile.mailboxSet >= 14;
    const button = this.profile.mailboxSet >= 14 && options.commandId ? options.commandId : null;
    this.#complainAbout(options);
    return {
      text: options.errorMessage ?? "",
      buttons: [...(override ? [SEND_ANYWAY] : []), (button && options.cancelLabel) ?? DONT_SEND],
      commandId: button,
      contextData: button ? (options.contextData ?? null) : null,
    };
  }

  #complainAbout(options: Completion): void {
    const tooLong = [
      ["errorMessage", options.errorMessage, 500],
      ["errorMessageMarkdown", options.errorMessageMarkdown, 500],
      ["cancelLabel", options.cancelLabel, 20],
    ] as const;
    for (const [name, text, limit] of tooLong) {
      if ((text ?? "").length > limit) {
        this.errors.push(`${name} is longer than ${String(limit)} characters`);
      }
    }
    if (!options.errorMessage) {
      this.errors.push("errorMessage is missing");
    }
    if (options.contextData !== undefined && typeof options.contextData !== "string") {
      this.errors.push("contextData is not a string");
    }
  }

  #recipientsWritten(): void {
    if (this.#running && this.profile.writesKillSend) {
      this.#running.killed = true;
    }
    this.#tell("RecipientsChanged");
    if (this.#handlers.has("onMessageRecipientsChanged")) {
      void this.fire("onMessageRecipientsChanged");
    }
  }

  #tell(event: string): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      setTimeout(() => {
        listener({ type: event });
      }, 0);
    }
  }

  #item(): unknown {
    if (!this.draft) {
      return null;
    }
    return fakeItem(this.draft, {
      calls: this.calls,
      profile: this.profile,
      recipientsWritten: () => {
        this.#recipientsWritten();
      },
      listen: (event, handler) => {
        this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), handler]);
      },
    });
  }

  #office(): unknown {
    const info = { host: "Outlook", platform: this.profile.platform };
    // Office.js names every event, also one that this client has never heard of.
    const events = {
      RecipientsChanged: "RecipientsChanged",
      InitializationContextChanged: "InitializationContextChanged",
    };
    return {
      actions: { associate: (name: string, handler: Handler) => this.#handlers.set(name, handler) },
      onReady: (ready?: (given: typeof info) => void) => {
        this.#ready = true;
        return Promise.resolve(info).then((given) => (ready?.(given), given));
      },
      EventType: events,
      context: this.#context(),
    };
  }

  #context(): unknown {
    const item = () => this.#item();
    const settings = this.profile.staleSettings ? this.#settingsAtStart : this.settings;
    const language = () => this.#guarded("displayLanguage", this.language);
    return {
      platform: this.profile.platform,
      get displayLanguage() {
        return language();
      },
      requirements: {
        isSetSupported: (_name: string, version: string) =>
          Number(version.split(".")[1]) <= Number(this.#guarded("isSetSupported", this.profile.mailboxSet)),
      },
      roamingSettings: {
        get: (key: string) => this.#guarded("roamingSettings.get", structuredClone(settings.get(key))),
        set: (key: string, value: unknown) => this.settings.set(key, structuredClone(value)),
        saveAsync: (...args: unknown[]) => {
          this.calls.answer("roamingSettings.saveAsync", args, () => undefined);
        },
      },
      mailbox: {
        get item() {
          return item();
        },
        userProfile: { emailAddress: "staff@hall.example", displayName: "職員" },
      },
    };
  }

  #guarded<T>(name: string, value: T): T {
    if ((this.calls.faults.get(name) ?? this.calls.faults.get("*")) === "throw") {
      throw new Error(`${name} threw`);
    }
    return value;
  }
}

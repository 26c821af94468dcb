/** What happens in the pane, from opening it to "press Send"; knows neither Office.js nor the DOM. */

import { refusedForGood } from "@atesaki/common/src/api.ts";
import type { Api } from "@atesaki/common/src/api.ts";
import { messagePrint } from "@atesaki/common/src/fingerprint.ts";
import type { Strings } from "@atesaki/common/src/strings.ts";
import type { SecondChecks } from "@atesaki/common/src/view/second_check.ts";
import type { Actions, Shown } from "@atesaki/common/src/view/warning.ts";
import type { Answer, Message, Outcome } from "@atesaki/common/src/wire.ts";
import type { Config } from "../src/config.ts";
import { SESSION } from "../src/config.ts";
import type { Host } from "../src/host.ts";
import { addressed, readCap, readMessage } from "../src/reading.ts";
import { composeFacts, localeOf } from "../src/request.ts";
import { asAtSend, contextOf, pressKey } from "./context.ts";
import type { Change } from "./fix.ts";
import { FixError, moveToBcc, removeRecipients, undo } from "./fix.ts";
import { secondChecksIn } from "./second_check.ts";

export interface PaneSurroundings {
  readonly host: Host;
  readonly api: Api;
  readonly config: Config;
  readonly strings: Strings;
  /** A token of the signed-in person, or null where there is none in time. */
  token(): Promise<string | null>;
  show(shown: Shown): void;
  /** Milliseconds of some clock that only goes forward. */
  clock(): number;
}

/** Milliseconds of quiet before a change that the sender makes beside the pane is checked. */
const QUIET = 700;

interface Judged {
  readonly answer: Answer;
  readonly message: Message;
  readonly since: number;
}

export class PaneSession implements Actions {
  #judged: Judged | null = null;
  #change: Change | null = null;
  #notice: string | null = null;
  #busy = false;
  #changes = 0;
  #missed: (() => Promise<void>) | null = null;
  #claimed = false;
  readonly secondChecks: SecondChecks;

  constructor(private readonly around: PaneSurroundings) {
    this.secondChecks = secondChecksIn({
      api: around.api,
      askAnew: around.strings.secondCheck.askAnew,
      token: () => around.token(),
      unchanged: async () => this.#isJudged(await this.#read()),
      anew: (notice) => this.#anew(notice),
    });
  }

  /** Shows the decision that Outlook's dialog was about, or asks for one where the message is another by now. */
  async start(): Promise<void> {
    if (this.#busy) {
      this.#missed = () => this.start();
      return;
    }
    await this.#exclusively(async () => {
      const { host } = this.around;
      const [dialog, kept, message] = await Promise.all([
        contextOf(host.readContext()),
        contextOf(host.readSession(SESSION.held)),
        this.#read(),
      ]);
      const context = dialog ?? kept;
      this.#claimed = context?.claimed ?? false;
      const atSend = context && asAtSend(message, context);
      if (!context?.answer || !atSend || context.print !== messagePrint(atSend)) {
        await this.#check(message);
      } else if (atSend.truncated.length > message.truncated.length) {
        await this.#check(message, context.answer);
      } else if (dialog) {
        this.#present(context.answer, message);
      } else {
        await this.#check(message);
      }
    });
  }

  /** The sender changed recipients beside the pane: judges anew once the changes have stopped. */
  async recipientsChanged(): Promise<void> {
    this.#changes += 1;
    const mine = this.#changes;
    await new Promise((resolve) => setTimeout(resolve, QUIET));
    if (mine !== this.#changes) {
      return;
    }
    if (this.#busy) {
      this.#missed ??= () => this.recipientsChanged();
      return;
    }
    const message = await this.#read();
    if (!this.#isJudged(message)) {
      await this.#exclusively(() => this.#check(message));
    }
  }

  readonly checkAgain = (): void => {
    void this.#anew(null);
  };

  readonly moveToBcc = (): void => {
    const move = this.#judged?.answer.remedies.find((each) => each.kind === "move_to_bcc");
    const { host, strings } = this.around;
    void this.#fix(async () => {
      const sender = await this.#sender();
      this.#change = await moveToBcc(host, move?.recipients ?? [], sender, readCap(host));
      return strings.moved(new Set(move?.recipients).size);
    });
  };

  readonly remove = (addresses: readonly string[]): void => {
    const { host, strings } = this.around;
    void this.#fix(async () => {
      this.#change = await removeRecipients(host, addresses, readCap(host));
      return strings.removed(addresses.length);
    });
  };

  readonly undo = (): void => {
    void this.#exclusively(async () => {
      const change = this.#change;
      const problem = await this.#attempt(async () => {
        if (change) {
          await undo(this.around.host, change, readCap(this.around.host));
        }
        this.#change = null;
      });
      this.#notice = problem ?? this.around.strings.undone;
      await this.#check(await this.#read());
    });
  };

  readonly acknowledge = (): void => {
    void this.#release("acknowledge", null);
  };

  readonly justify = (reason: string): void => {
    void this.#release("justify", reason);
  };

  readonly keepDraft = (): void => {
    void this.#exclusively(async () => {
      await this.#report("cancelled");
      this.#show({ state: "kept", notice: null, undo: false });
    });
  };

  #anew(notice: string | null): Promise<void> {
    return this.#exclusively(async () => {
      this.#notice = notice;
      await this.#check(await this.#read());
    });
  }

  async #fix(work: () => Promise<string>): Promise<void> {
    await this.#exclusively(async () => {
      const problem = await this.#attempt(async () => {
        this.#notice = await work();
      });
      if (problem === null) {
        await this.#report("fixed");
      } else {
        this.#notice = problem;
      }
      await this.#check(await this.#read());
    });
  }

  /** The sentence for what went wrong, or null. */
  async #attempt(work: () => Promise<void>): Promise<string | null> {
    const { strings } = this.around;
    try {
      await work();
      return null;
    } catch (error) {
      const problem = error instanceof FixError ? error.problem : "failed";
      const sentences = {
        too_many: strings.tooManyToMove,
        group_in_field: strings.groupInField,
        failed: strings.fixFailed,
      };
      return sentences[problem];
    }
  }

  async #release(kind: "acknowledge" | "justify", justification: string | null): Promise<void> {
    const judged = this.#judged;
    if (!judged) {
      return;
    }
    const { api, strings } = this.around;
    await this.#exclusively(async () => {
      const shown_ms = Math.round(this.around.clock() - judged.since);
      const { answer, message } = judged;
      try {
        await api.release(answer.decision_id, { kind, justification, shown_ms }, await this.around.token());
        this.#show({ state: "released", notice: null, undo: this.#change !== null, answer, message });
      } catch (error) {
        this.#notice = strings.notRecorded;
        if (refusedForGood(error)) {
          // Too old a decision, for one, stays refused; a new one can be accepted.
          await this.#check(await this.#read());
        } else {
          this.#show({ state: "judged", notice: this.#notice, undo: this.#change !== null, answer, message });
          this.#notice = null;
        }
      }
    });
  }

  /** Asks; where nothing is found, `held` is shown, which is why Send held the message. */
  async #check(message: Message, held: Answer | null = null): Promise<void> {
    const { api, config, host } = this.around;
    const client = composeFacts(this.around);
    try {
      const request = { message, client, locale: localeOf({ host, config }) };
      // A release belongs to the sender as proven: one for a token that Send doesn't get would never fit.
      const token = this.#claimed ? null : await this.around.token();
      const answer = await api.decide(request, token, await pressKey(host, message));
      this.#present(answer.action === "allow" ? (held ?? answer) : answer, message);
    } catch {
      this.#unchecked();
    }
    this.#notice = null;
  }

  #unchecked(): void {
    this.#judged = null;
    this.#show({ state: "unchecked", notice: this.#notice, undo: this.#change !== null });
  }

  #present(answer: Answer, message: Message): void {
    this.#judged = { answer, message, since: this.around.clock() };
    this.#show({ state: "judged", notice: this.#notice, undo: this.#change !== null, answer, message });
  }

  // An outcome is told where it is known; a lost one costs a statistic, so it never stops the sender.
  async #report(outcome: Outcome): Promise<void> {
    const id = this.#judged?.answer.decision_id;
    if (id) {
      await this.around.api.report(id, outcome, await this.around.token()).catch(() => undefined);
    }
  }

  async #read(): Promise<Message> {
    const { host, config } = this.around;
    const message = await readMessage(host, config);
    // Older clients hand the pane nothing of what Send found, so it has to look with the same eyes.
    return host.supports("1.14") ? message : addressed(message);
  }

  /** Whether this is the message that the last answer is about. */
  #isJudged(message: Message): boolean {
    return this.#judged !== null && messagePrint(message) === messagePrint(this.#judged.message);
  }

  async #sender(): Promise<{ emailAddress: string; displayName: string }> {
    const { address, name } = (await this.#read()).sender;
    return { emailAddress: address, displayName: name ?? "" };
  }

  async #exclusively(work: () => Promise<void>): Promise<void> {
    if (this.#busy) {
      return;
    }
    this.#busy = true;
    this.#show({ state: "checking", notice: null, undo: false });
    try {
      await work();
    } catch {
      this.#unchecked();
    } finally {
      this.#busy = false;
      this.#catchUp();
    }
  }

  // What changed during a check was not part of it, and the dialog of a Send in the meantime is another question.
  #catchUp(): void {
    const missed = this.#missed;
    this.#missed = null;
    void missed?.();
  }

  #show(shown: Shown): void {
    this.around.show(shown);
  }
}

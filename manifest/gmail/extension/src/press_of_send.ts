/** What happens from one press of Send to its end: asked, explained, mended, released, let go or kept. */

import { reasonOf, refusedForGood } from "@atesaki/common/src/api.ts";
import type { Change } from "@atesaki/common/src/recipients/fix.ts";
import { moveToBcc, removeRecipients, undo } from "@atesaki/common/src/recipients/fix.ts";
import type { Actions, Shown } from "@atesaki/common/src/view/warning.ts";
import type { Answer, FailureReason, Message, Outcome } from "@atesaki/common/src/wire.ts";
import type { Asked, Judged } from "./answers.ts";
import type { SendKind } from "./compose.ts";
import { judgedAlone, refusalOf } from "./degraded.ts";
import type { Guard } from "./guard.ts";
import { Question } from "./question.ts";
import type { Dialog, Surroundings } from "./surroundings.ts";
import { NO_CAP, problemOf, writerOf } from "./writer.ts";
import { outcomeOf, report } from "./outcome.ts";
import { ChecksOfMail } from "./second_checks.ts";

const MOST_ROUNDS = 5;

type Then = "show" | "go";

export class PressOfSend implements Actions {
  readonly secondChecks: ChecksOfMail;
  readonly #dialog: Dialog;
  readonly #question: Question;
  #judged: Judged | null = null;
  #record: Promise<Answer> | null = null;
  #unchecked: string | null = null;
  #movable: readonly string[] = [];
  #change: Change | null = null;
  #notice: string | null = null;
  #released = false;
  #rounds = 0;
  #busy = false;
  #kept = false;
  #end: () => void = () => undefined;

  constructor(
    private readonly around: Surroundings,
    private readonly guard: Guard,
    private readonly kind: SendKind,
  ) {
    const tooLate = () => {
      this.#notice = around.strings.secondCheck.askAnew;
      this.checkAgain();
    };
    this.secondChecks = new ChecksOfMail(around, () => this.#judged, tooLate);
    this.#dialog = around.dialog(this);
    this.#question = new Question(around, guard.presses, this.#dialog);
  }

  /** Resolves when the mail went or was kept; never rejects. */
  run(): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.#end = resolve;
    });
    const pressed = this.around.clock();
    void this.#exclusively(async () => {
      await this.around.ready();
      this.#question.waited(this.around.clock() - pressed);
      await this.#check();
    });
    return ended;
  }

  readonly checkAgain = (): void => {
    void this.#exclusively(() => this.#check());
  };

  readonly send = (): void => {
    void this.#exclusively(() => this.#check("go"));
  };

  readonly sendUnchecked = (): void => {
    void this.#exclusively(async () => {
      // The answer may have come after all, while its sender looked.
      const refusal = await refusalOf(this.around.message(this.guard), this.around);
      await (refusal ? this.#check("show") : this.#go(this.#unchecked, null));
    });
  };

  /** Also while an answer is awaited: whatever it is, the mail stays. */
  readonly keepDraft = (): void => {
    this.#kept = true;
    void this.#exclusively(() => Promise.resolve());
  };

  readonly moveToBcc = (): void => {
    const movable = this.#movable;
    void this.#fix(async () => {
      const { sender } = this.guard.compose.read();
      this.#change = await moveToBcc(writerOf(this.guard.compose), movable, sender, NO_CAP);
      return this.around.strings.moved(new Set(movable).size);
    });
  };

  readonly remove = (addresses: readonly string[]): void => {
    void this.#fix(async () => {
      this.#change = await removeRecipients(writerOf(this.guard.compose), addresses, NO_CAP);
      return this.around.strings.removed(addresses.length);
    });
  };

  readonly undo = (): void => {
    void this.#exclusively(async () => {
      const change = this.#change;
      const problem = await problemOf(this.around.strings, async () => {
        if (change) {
          await undo(writerOf(this.guard.compose), change, NO_CAP);
        }
        this.#change = null;
      });
      this.#notice = problem ?? this.around.strings.undone;
      await this.#check();
    });
  };

  readonly acknowledge = (): void => {
    void this.#release("acknowledge", null);
  };

  readonly justify = (reason: string): void => {
    void this.#release("justify", reason);
  };

  // Told apart from a first answer, because nothing may go by itself after somebody looked at a warning.
  async #check(then: Then = this.#dialog.isOpen ? "show" : "go"): Promise<void> {
    if (!this.around.worker.alive()) {
      this.#dialog.showReload();
      return;
    }
    const print = this.guard.print();
    const message = this.around.message(this.guard);
    if (print === null || message === null) {
      await this.#withoutAnswer({ message: null, print: null }, "exception", then);
      return;
    }
    try {
      const old = then === "go" && !this.#released ? this.around.answers.for(print) : null;
      const answer =
        old?.action === "allow"
          ? this.#recorded(old, message)
          : await this.#question.ask(message, print, then === "show");
      await this.#answered({ answer, message, print, since: this.around.clock() }, then);
    } catch (error) {
      await this.#withoutAnswer({ message, print }, reasonOf(error), then);
    }
  }

  // Allowed while composing: nobody waits, and the journal still gets a decision of this press of Send.
  #recorded(before: Answer, message: Message): Answer {
    this.#record = this.around.ask(message, false, null).catch(() => before);
    return before;
  }

  async #answered(judged: Judged, then: Then): Promise<void> {
    this.#judged = judged;
    this.#released &&= judged.answer.action === "allow";
    if (this.guard.print() !== judged.print) {
      await this.#again(judged, then);
    } else if (judged.answer.action === "allow" && then === "go" && !this.#kept) {
      await this.#go(judged.print, judged);
    } else {
      const { answer, message } = judged;
      this.#movable = answer.remedies.find((each) => each.kind === "move_to_bcc")?.recipients ?? [];
      this.#dialog.show({ state: "judged", ...this.#news(), answer, message });
    }
  }

  // Somebody who keeps changing the mail is not asked about for ever.
  async #again({ message }: Judged, then: Then): Promise<void> {
    this.#rounds += 1;
    await (this.#rounds < MOST_ROUNDS
      ? this.#check(then)
      : this.#withoutAnswer({ message, print: null }, "timeout", then));
  }

  /** The local rule decides; what it did is told to the journal at the next contact. */
  async #withoutAnswer({ message, print }: Asked, reason: FailureReason, then: Then): Promise<void> {
    if (!this.around.worker.alive()) {
      this.#dialog.showReload();
      return;
    }
    const { action, people, held, movable } = await judgedAlone(message, this.around, then === "show");
    const done = { at: this.around.now().toISOString(), reason, action, people };
    void this.around.worker.degraded(done).catch(() => undefined);
    this.#judged = null;
    this.#unchecked = print;
    this.#movable = movable;
    if (action === "allowed" && !this.#kept) {
      await this.#go(print, null);
    } else {
      this.#dialog.show({ state: "unchecked", ...this.#news(), held, movable, message });
    }
  }

  /** What goes with whatever is shown next; a notice once. */
  #news(): Pick<Shown, "notice" | "undo"> {
    const news = { notice: this.#notice, undo: this.#change !== null };
    this.#notice = null;
    return news;
  }

  async #go(print: string | null, judged: Judged | null): Promise<void> {
    this.#dialog.close();
    const passed = await this.guard.pass(this.kind, print);
    if (passed === "changed") {
      await this.#check("go");
    } else if (passed === "lost") {
      this.#notice = this.around.strings.notAccepted;
      this.#dialog.show({ state: "unchecked", ...this.#news(), held: "until_checked" });
    } else {
      this.#finish();
      await (judged && this.#reportDeparture());
    }
  }

  // Gmail may ask about a missing subject, and hear no: what was let go hasn't always left.
  async #reportDeparture(): Promise<void> {
    const outcome = outcomeOf(await this.guard.compose.departure(), this.#released);
    await (outcome && this.#report(outcome));
  }

  async #fix(work: () => Promise<string>): Promise<void> {
    await this.#exclusively(async () => {
      const problem = await problemOf(this.around.strings, async () => {
        this.#notice = await work();
      });
      if (problem === null) {
        await this.#report("fixed");
      } else {
        this.#notice = problem;
      }
      await this.#check();
    });
  }

  async #release(kind: "acknowledge" | "justify", justification: string | null): Promise<void> {
    const judged = this.#judged;
    if (!judged) {
      return;
    }
    await this.#exclusively(async () => {
      const shown_ms = Math.round(this.around.clock() - judged.since);
      const { answer, message } = judged;
      try {
        const release = { kind, justification, shown_ms };
        await this.around.worker.release(answer.decision_id, release, message.sender.address);
      } catch (error) {
        this.#notice = this.around.strings.notRecorded;
        // Too old a decision, for one, stays refused; a new one can be accepted.
        await (refusedForGood(error) ? this.#check() : this.#answered(judged, "show"));
        return;
      }
      this.#released = true;
      await this.#check("go");
    });
  }

  async #report(outcome: Outcome): Promise<void> {
    await (this.#judged && report(this.around.worker, this.#judged, await this.#record, outcome));
  }

  async #exclusively(work: () => Promise<void>): Promise<void> {
    if (this.#busy) {
      return;
    }
    this.#busy = true;
    if (this.#dialog.isOpen) {
      this.#dialog.show({ state: "checking", notice: null, undo: false });
    }
    try {
      await work();
    } finally {
      this.#busy = false;
      if (this.#kept) {
        this.#finish();
        await this.#report("cancelled");
      }
    }
  }

  #finish(): void {
    this.#dialog.close();
    this.#end();
  }
}

/** The second check of a mail, as the dialog asks for it and looks at it: through the worker. */

import { reasonOf } from "@atesaki/common/src/api.ts";
import type { SecondChecks } from "@atesaki/common/src/view/second_check.ts";
import type { SecondCheck } from "@atesaki/common/src/wire.ts";
import type { Judged } from "./answers.ts";
import type { Surroundings } from "./surroundings.ts";

type Around = Pick<Surroundings, "worker" | "answers">;

export class ChecksOfMail implements SecondChecks {
  /** The check that was shown for a decision, which may have been asked for at an earlier press of Send. */
  readonly #shown = new Map<string, string>();

  /** `tooLate` is called where the decision can't be asked about any more: too old, for one. */
  constructor(
    private readonly around: Around,
    private readonly judged: () => Judged | null,
    private readonly tooLate: () => void,
  ) {}

  async ask(decisionId: string, note: string | null): Promise<SecondCheck> {
    const { print, account } = this.#mail();
    try {
      return this.#kept(
        decisionId,
        print,
        await this.around.worker.askSecondCheck(decisionId, note, account),
      );
    } catch (error) {
      if (reasonOf(error) === "http_4xx") {
        this.tooLate();
      }
      throw error;
    }
  }

  async state(decisionId: string): Promise<SecondCheck | null> {
    const { print, account } = this.#mail();
    const asked = this.#shown.get(decisionId) ?? decisionId;
    const check = await this.around.worker.secondCheck(asked, account);
    return check ? this.#kept(decisionId, print, check) : this.#ended(decisionId, print, account);
  }

  // The backend tells of an open check at every decision of the mail, and how it ended only at the one it was asked for.
  async #ended(decisionId: string, print: string, account: string): Promise<SecondCheck | null> {
    const asked = this.around.answers.takeCheck(print);
    const check = asked === null ? null : await this.around.worker.secondCheck(asked, account);
    if (!check || check.state === "waiting" || check.state === "granted") {
      return null;
    }
    this.#shown.set(decisionId, check.decision_id);
    return check;
  }

  #kept(decisionId: string, print: string, check: SecondCheck): SecondCheck {
    this.#shown.set(decisionId, check.decision_id);
    if (check.state === "waiting" || check.state === "granted") {
      this.around.answers.keepCheck(print, check.decision_id);
    } else {
      this.around.answers.takeCheck(print);
    }
    return check;
  }

  #mail(): { print: string; account: string } {
    const judged = this.judged();
    return { print: judged?.print ?? "", account: judged?.message.sender.address ?? "" };
  }
}

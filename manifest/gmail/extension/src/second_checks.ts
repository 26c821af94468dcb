/** The second check of a mail, as the dialog asks for it and looks at it: through the worker. */

import { refusedForGood } from "@atesaki/common/src/api.ts";
import type { SecondChecks } from "@atesaki/common/src/view/second_check.ts";
import type { SecondCheck } from "@atesaki/common/src/wire.ts";
import type { Judged } from "./answers.ts";
import type { Surroundings } from "./surroundings.ts";

type Around = Pick<Surroundings, "worker">;

export class ChecksOfMail implements SecondChecks {
  /** `tooLate` is called where the decision can't be asked about any more: too old, for one. */
  constructor(
    private readonly around: Around,
    private readonly judged: () => Judged | null,
    private readonly tooLate: () => void,
  ) {}

  async ask(decisionId: string, note: string | null): Promise<SecondCheck> {
    try {
      return await this.around.worker.askSecondCheck(decisionId, note, this.#account());
    } catch (error) {
      if (refusedForGood(error)) {
        this.tooLate();
      }
      throw error;
    }
  }

  withdraw(decisionId: string): Promise<unknown> {
    return this.around.worker.withdrawSecondCheck(decisionId, this.#account());
  }

  state(decisionId: string): Promise<SecondCheck | null> {
    return this.around.worker.secondCheck(decisionId, this.#account());
  }

  #account(): string {
    return this.judged()?.message.sender.address ?? "";
  }
}

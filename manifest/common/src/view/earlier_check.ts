/** Offers to take back what was asked for an earlier version of a draft that needs no second check any more. */

import { refusedForGood } from "../api.ts";
import type { SecondCheckStrings } from "../strings_of_second_check.ts";
import type { Answer } from "../wire.ts";
import { button, element } from "./element.ts";
import type { Kept, SecondChecks } from "./second_check.ts";

interface Around {
  readonly strings: { readonly secondCheck: SecondCheckStrings };
  readonly actions: { readonly secondChecks: SecondChecks };
  readonly kept: Kept;
}

/** What waits for its check although the message, changed since, needs none. */
export function earlierChecks({ release, released_by }: Answer, around: Around): HTMLElement[] {
  const { strings, actions, kept } = around;
  // What nobody can let go is changed once more, perhaps back to what a colleague is asked about.
  const held = release === "second_check" || release === "never";
  const needless = !held && !released_by && kept.waiting !== null;
  return needless ? [earlierCheck(strings.secondCheck, actions.secondChecks, kept)] : [];
}

// Only offered: whether the draft stays as it is now, only its sender knows.
function earlierCheck(words: SecondCheckStrings, checks: SecondChecks, kept: Kept): HTMLElement {
  const news = element("p", { role: "status", tabindex: "-1" }, words.needless);
  const over = (sentence: string) => {
    kept.waiting = null;
    news.textContent = sentence;
    news.focus();
    press.remove();
  };
  const withdraw = async ({ waiting }: Kept) => {
    news.textContent = words.withdrawing;
    try {
      await (waiting && checks.withdraw(waiting));
      over(words.withdrawn);
    } catch (error) {
      if (refusedForGood(error)) {
        over(words.answeredBefore);
      } else {
        news.textContent = words.notWithdrawn;
      }
    }
  };
  const press = button(words.withdraw, () => void withdraw(kept));
  return element(
    "section",
    { class: "second-check" },
    element("h2", {}, words.title),
    element("div", { class: "check" }, news, press),
  );
}

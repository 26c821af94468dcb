/** What one press of Send needs of everything else. */

import type { Strings } from "@atesaki/common/src/strings.ts";
import type { Actions, Shown } from "@atesaki/common/src/view/warning.ts";
import type { Answer, Message } from "@atesaki/common/src/wire.ts";
import type { Answers } from "./answers.ts";
import type { Guard } from "./guard.ts";
import type { Guidance, UnderKey, Worker } from "./protocol.ts";

/** What is shown of one press; it is opened by the first thing to show. */
export interface Dialog {
  readonly isOpen: boolean;
  show(shown: Shown): void;
  /** Says that only a reload of Gmail brings the check back. */
  showReload(): void;
  close(): void;
}

export interface Surroundings {
  readonly worker: Worker;
  readonly answers: Answers;
  readonly strings: Strings;
  readonly dialog: (actions: Actions) => Dialog;
  guidance(): Guidance;
  /** Resolves soon, with the guidance in place if there is any. */
  ready(): Promise<void>;
  /** The mail as it stands, or null where it can't be read. */
  message(guard: Guard): Message | null;
  /**
   * `composing` where nothing goes by the answer: a look uses up no release and no second check.
   *
   * Without a key it is a question of its own.
   */
  ask(message: Message, composing: boolean, under: UnderKey | null): Promise<Answer>;
  now(): Date;
  /** Milliseconds of some clock that only goes forward. */
  clock(): number;
}

/** A desk with a mail, a worker and dialogs, none of them real, at which Send is pressed. */

import assert from "node:assert/strict";
import type { Answer } from "@atesaki/common/src/wire.ts";
import { Answers } from "../src/answers.ts";
import { Guard } from "../src/guard.ts";
import { messageOf } from "../src/message.ts";
import { PressOfSend } from "../src/press_of_send.ts";
import type { Surroundings } from "../src/surroundings.ts";
import { wordsFor } from "../src/words.ts";
import { FakeDialog, FakeMail, FakeWorker, answer } from "./fakes.ts";

export const VOLUNTEERS = Array.from({ length: 26 }, (_, index) => `v${String(index)}@gmail.com`);

export class Desk {
  readonly mail = new FakeMail();
  readonly worker = new FakeWorker();
  readonly answers = new Answers(() => 0);
  readonly dialogs: FakeDialog[] = [];
  /** Milliseconds of the desk's clock. */
  time = 0;
  ready: () => Promise<void> = () => Promise.resolve();

  constructor() {
    const message = () => {
      try {
        return messageOf(this.mail.read(), ["subject"]);
      } catch {
        return null;
      }
    };
    const around: Surroundings = {
      worker: this.worker,
      answers: this.answers,
      strings: wordsFor("en"),
      dialog: (actions) => {
        const dialog = new FakeDialog(actions);
        this.dialogs.push(dialog);
        return dialog;
      },
      guidance: () => this.worker.told,
      ready: () => this.ready(),
      message,
      ask: async (asked, composing, under) => {
        const given = await this.worker.decide(asked, "en", composing, under);
        this.answers.note(asked, given);
        return given;
      },
      now: () => new Date(this.time),
      clock: () => this.time,
    };
    const print = () => {
      const read = message();
      return read && JSON.stringify(read);
    };
    this.mail.guard = new Guard(this.mail, print, (guard, kind) =>
      new PressOfSend(around, guard, kind).run(),
    );
  }

  get dialog(): FakeDialog {
    const dialog = this.dialogs.at(-1);
    assert.ok(dialog);
    return dialog;
  }

  /** What the dialog shows, once it shows something settled. */
  async shown(): Promise<string> {
    await until(
      () => this.dialog.reloads > 0 || (this.dialog.isOpen && this.dialog.last?.state !== "checking"),
    );
    return this.dialog.reloads > 0 ? "reload" : (this.dialog.last?.state ?? "");
  }

  remember(action: Answer["action"]): void {
    const message = messageOf(this.mail.read(), ["subject"]);
    this.answers.keep(JSON.stringify(message), message, answer(action));
  }
}

export async function until(holds: () => boolean): Promise<void> {
  for (let round = 0; round < 300; round += 1) {
    if (holds()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail("it never came to that");
}

export async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 30));
}

export function blocked(more: Partial<Answer> = {}): Answer {
  return answer("block", { remedies: [{ kind: "move_to_bcc", recipients: VOLUNTEERS }], ...more });
}

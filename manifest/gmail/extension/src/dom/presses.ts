/** Hears presses of Send in front of Gmail, for whichever adapter reads the mail. */

import type { Compose, Listener, SendKind } from "../compose.ts";
import { attemptOf, opensMenu } from "./attempt.ts";
import { MORE_OPTIONS, inDetachedMenu } from "./page.ts";

const EVENTS = ["keydown", "keyup", "mousedown", "mouseup", "click"] as const;

/** What came of the event that Gmail acts on; those after it share this. */
interface Answered {
  readonly kind: SendKind;
  readonly answer: "stop" | "pass";
}

export class Presses {
  #answer: "stop" | "pass" | null = null;
  #last: Answered | null = null;
  #arrow: Element | null = null;

  /** `mailAt` gives the mail around an element of the page. */
  constructor(
    private readonly listener: Listener,
    private readonly mailAt: (target: Node | null) => Compose | null,
  ) {
    for (const type of EVENTS) {
      // On the window and in capture, registered before Gmail's own scripts run: nobody hears it earlier.
      window.addEventListener(type, this.#onEvent, true);
    }
  }

  /** The answer to the event under way, however many tell of it: one press is one attempt. */
  answered(mail: Compose, kind: SendKind): "stop" | "pass" {
    this.#answer ??= this.listener.attempted(mail, kind);
    return this.#answer;
  }

  readonly #onEvent = (event: Event): void => {
    const mail = this.mailAt(this.#placeOf(event));
    // InboxSDK tells of Enter on the arrow beside Send as if it were Enter on the item in the menu.
    this.#answer = mail && opensMenu(event, mail.root) ? "pass" : null;
    if (event.type === "mousedown" || event.type === "keydown") {
      this.#last = null;
    }
    const attempt = mail && attemptOf(event, mail.root);
    if (!attempt) {
      return;
    }
    // An assistive technology may click without any mouse.
    if (attempt.part === "act" || (attempt.part === "after" && this.#last?.kind !== attempt.kind)) {
      this.#last = { kind: attempt.kind, answer: this.answered(mail, attempt.kind) };
    }
    if (attempt.part === "never" || this.#last?.answer === "stop") {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  };

  // A menu that Gmail draws outside the mail belongs to the arrow that was pressed last.
  #placeOf(event: Event): Node | null {
    const target = event.target instanceof Element ? event.target : null;
    this.#arrow = target?.closest(MORE_OPTIONS) ?? this.#arrow;
    const place = event.target instanceof Node ? event.target : null;
    return target && inDetachedMenu(target) ? this.#arrow : place;
  }
}

/** Sees what becomes of a mail that Gmail was handed: Gmail may still ask questions of its own, and be told no. */

import type { Departure } from "../compose.ts";
import { COMPOSE_ID, buttonAt, frameOf, isPopOut, onSchedule } from "./page.ts";

/** Milliseconds in which the end of our own press of Send may still arrive in the mail. */
const AT_ONCE = 2_000;
/** Milliseconds after a press of Send in which Gmail closes a window of its own. */
const CLOSES_ITSELF = 10_000;
/** Milliseconds between two looks for a question. */
const BEAT = 100;
/** Milliseconds without a look after which a box of the browser, with a person in front of it, kept the page still. */
const STILL = 700;
const ACTS = ["mousedown", "keydown"] as const;
const MODIFIERS = ["Control", "Meta", "Shift", "Alt"];
const QUESTION = '[role="alertdialog"], [role="dialog"]';
const OURS = "[data-atesaki]";

/**
 * Resolves once it is known, which may be never. Only what was seen is told; any doubt is `unknown`.
 *
 * `pressed` is when Send was pressed, as `performance.now()` counts.
 */
export function departureOf(root: HTMLElement, pressed: number): Promise<Departure> {
  return new Promise((resolve) => new Watched(root, pressed, resolve));
}

class Watched {
  readonly #mark: string | null;
  readonly #frame: HTMLElement;
  readonly #inPopOut: boolean;
  readonly #observer = new MutationObserver(() => {
    this.#look();
  });
  readonly #beat = setInterval(() => {
    this.#lookForQuestion();
  }, BEAT);
  #elsewhere = false;
  #asked = false;
  #last: number;

  constructor(
    private readonly root: HTMLElement,
    private readonly pressed: number,
    private readonly resolve: (departure: Departure) => void,
  ) {
    const id = root.querySelector<HTMLInputElement>(COMPOSE_ID)?.value;
    this.#mark = id ? `${COMPOSE_ID}[value="${CSS.escape(id)}"]` : null;
    this.#frame = frameOf(root);
    this.#inPopOut = isPopOut(root);
    this.#last = pressed;
    this.#observer.observe(document, { childList: true, subtree: true });
    for (const type of ACTS) {
      window.addEventListener(type, this.#onAct, true);
    }
    window.addEventListener("beforeunload", this.#onClose);
    this.#lookForQuestion();
    this.#look();
  }

  // A box of the browser is not on the page, and nothing on the page runs while it is there.
  #lookForQuestion(): void {
    const now = performance.now();
    this.#asked ||= now - this.#last > STILL || questions(this.root).length > 0;
    this.#last = now;
    if (this.#asked || !this.#within(CLOSES_ITSELF)) {
      clearInterval(this.#beat);
    }
  }

  // Gmail may build the inside of a window anew; its mail keeps the same number.
  #look(): void {
    const isThere =
      this.root.isConnected || (this.#mark !== null && document.querySelector(this.#mark) !== null);
    if (!isThere) {
      const doubtful = this.#elsewhere && (this.#asked || !this.#within(AT_ONCE));
      this.#end(doubtful ? "unknown" : "left");
    }
  }

  readonly #onAct = (event: Event): void => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target || !event.isTrusted || isNoAct(event) || target.closest(OURS)) {
      return;
    }
    const asked = target.closest(QUESTION);
    this.#elsewhere = false;
    if (asked !== null && !asked.contains(this.root)) {
      this.#asked = true;
      return;
    }
    if (!this.#frame.contains(target)) {
      this.#elsewhere = true;
    } else if (!this.#within(AT_ONCE) || !this.#onSend(event, target)) {
      this.#end("stayed");
    }
  };

  // A second click of impatience and a shortcut that is pressed again are no return to the mail.
  #onSend(event: Event, target: Element): boolean {
    const pressed = buttonAt(this.root, target) !== null || onSchedule(this.root, target);
    return pressed || (event instanceof KeyboardEvent && event.key === "Enter");
  }

  // The last moment at which the worker can still be told; later messages don't leave a page that is closed.
  // Who was asked and closes the window may have said no, and the press of its button is not on the page.
  readonly #onClose = (): void => {
    this.#lookForQuestion();
    const byItself = !this.#asked && !this.#elsewhere;
    if (this.#inPopOut && byItself && this.#within(CLOSES_ITSELF)) {
      this.#end("left");
    }
  };

  #within(milliseconds: number): boolean {
    return performance.now() - this.pressed < milliseconds;
  }

  #end(departure: Departure): void {
    this.#observer.disconnect();
    clearInterval(this.#beat);
    for (const type of ACTS) {
      window.removeEventListener(type, this.#onAct, true);
    }
    window.removeEventListener("beforeunload", this.#onClose);
    this.resolve(departure);
  }
}

/** What Gmail asks on the page: boxes over it that hold no mail, neither this one nor another draft. */
function questions(root: HTMLElement): Element[] {
  const boxes = [...document.querySelectorAll(QUESTION)].filter((each) => !root.contains(each));
  return boxes.filter((each) => !each.querySelector(COMPOSE_ID) && each.checkVisibility());
}

function isNoAct(event: Event): boolean {
  return event instanceof KeyboardEvent && (event.repeat || MODIFIERS.includes(event.key));
}

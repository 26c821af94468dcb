/** The verdict and the button that goes with it: what is read first, and read out first. */

import type { Action } from "../wire.ts";
import { button, element, freshId } from "./element.ts";
import { icon } from "./icon.ts";

/** Severity as a word, an icon and a colour, then the sentence; it takes the focus where nothing is to be pressed. */
export function verdict(
  action: Action,
  word: string,
  sentence: string,
  first = action === "allow",
): HTMLElement {
  const label = element("p", { class: `verdict verdict-${action}` }, icon(action), word);
  const heading = element("h2", { tabindex: "-1", "data-first": first }, sentence);
  return element("section", { class: `answer answer-${action}` }, label, heading);
}

/** The button that has the focus when it is shown. */
export function primary(label: string, press: () => void): HTMLElement {
  const made = button(label, press, "primary");
  made.setAttribute("data-first", "");
  return made;
}

/** A button: what stands on it, and what it does. */
export type Way = readonly [label: string, press: () => void];

/** Buttons below each other; the first one is the primary button and has the focus. */
export function waysOf(...ways: readonly Way[]): HTMLElement {
  const buttons = ways.map((way, place) => (place === 0 ? primary(...way) : button(...way)));
  return element("p", { class: "ways" }, ...buttons);
}

/** Has the verdict read out with the button that takes the focus: who hears the page would else hear the button alone. */
export function describeFirst(root: ParentNode): void {
  const verdict = root.querySelector(".answer");
  const first = root.querySelector("button[data-first]");
  if (verdict && first) {
    verdict.id = freshId();
    first.setAttribute("aria-describedby", verdict.id);
  }
}

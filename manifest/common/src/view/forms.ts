/** The forms of the warning: acknowledge by ticking, justify with a reason, choose whom to remove. */

import type { Person } from "./groups.ts";
import { everybody } from "./groups.ts";
import type { Strings } from "../strings.ts";
import type { Message } from "../wire.ts";
import { element, freshId } from "./element.ts";
import { nameOf } from "./recipients.ts";

/** One box for each sentence; only all of them together let the message go. */
export function acknowledgeForm(
  sentences: readonly string[],
  strings: Strings,
  done: () => void,
): HTMLElement {
  const boxes = sentences.map((sentence) => tick(sentence, sentence));
  const submit = (refuse: Refuse) => {
    const open = boxes.find((each) => !each.box.checked);
    if (open) {
      refuse(strings.notAllTicked, open.box);
    } else {
      done();
    }
  };
  const lines = boxes.map((each) => each.line);
  return form(
    element("fieldset", {}, element("legend", {}, strings.tickAll), ...lines),
    strings.acknowledge,
    submit,
  );
}

/** A reason picked from a list or written; "another reason" needs words. */
export function justifyForm(strings: Strings, done: (reason: string) => void): HTMLElement {
  const picked = element(
    "select",
    { id: freshId() },
    ...strings.reasons.map((each) => element("option", {}, each)),
  );
  const written = element("textarea", { id: freshId(), rows: "2", maxlength: "1000" });
  const fields = element(
    "div",
    { class: "fields" },
    labelled(strings.reasonLabel, picked),
    labelled(strings.details, written),
  );
  return form(fields, strings.justify, (refuse) => {
    const words = written.value.trim();
    if (picked.value === strings.otherReason && !words) {
      refuse(strings.reasonMissing, written);
    } else {
      done(picked.value === strings.otherReason ? words : [picked.value, words].filter(Boolean).join(": "));
    }
  });
}

/** Whom a client can take out: recipients with an address. */
export function removable(message: Message): Person[] {
  return everybody(message).filter((each) => each.address);
}

/** Boxes for every recipient that can be removed; `suggested` ones are ticked already. */
export function removeForm(
  message: Message,
  suggested: readonly string[],
  strings: Strings,
  done: (addresses: readonly string[]) => void,
): HTMLElement {
  const boxes = removable(message).map((each) =>
    tick(`${strings[each.field]}: ${nameOf(each, strings)}`, each.address, suggested.includes(each.address)),
  );
  const legend = element("legend", {}, strings.chooseToRemove);
  const lines = boxes.map((each) => each.line);
  return form(
    element("fieldset", { class: "selection" }, legend, ...lines),
    strings.removeSelected,
    (refuse) => {
      const chosen = boxes.filter((each) => each.box.checked).map((each) => each.box.value);
      if (chosen.length === 0) {
        refuse(strings.chooseToRemove, boxes[0]?.box);
      } else {
        done(chosen);
      }
    },
  );
}

export type Refuse = (sentence: string, at?: HTMLElement) => void;

/** A form with one button and a place for what keeps it from being sent. */
export function form(fields: HTMLElement, label: string, submit: (refuse: Refuse) => void): HTMLElement {
  const problem = element("p", { class: "problem", id: freshId(), role: "alert" });
  const refuse: Refuse = (sentence, at) => {
    problem.textContent = sentence;
    at?.setAttribute("aria-invalid", "true");
    at?.setAttribute("aria-describedby", problem.id);
    at?.focus();
  };
  const pressed = (event: Event) => {
    event.preventDefault();
    problem.textContent = "";
    submit(refuse);
  };
  return element("form", { onsubmit: pressed }, fields, problem, element("button", {}, label));
}

function tick(label: string, value: string, checked = false): { line: HTMLElement; box: HTMLInputElement } {
  const box = element("input", { type: "checkbox", id: freshId(), value, checked });
  const text = element("label", { for: box.id }, element("bdi", {}, label));
  return { line: element("div", { class: "tick" }, box, text), box };
}

export function labelled(label: string, control: HTMLElement): HTMLElement {
  return element("div", { class: "field" }, element("label", { for: control.id }, label), control);
}

/** A warning about a message that waits for a second check, in a window, and a server that the test answers for. */

import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { Window } from "happy-dom";
import { stringsFor } from "../src/strings.ts";
import type { SecondChecks } from "../src/view/second_check.ts";
import { LOOK_EVERY } from "../src/view/second_check.ts";
import type { Actions } from "../src/view/warning.ts";
import { warningView } from "../src/view/warning.ts";
import type { Answer, CheckState, SecondCheck } from "../src/wire.ts";
import { message, WAITING } from "./made.ts";

export const page = new Window();
export const { document } = page;
Object.assign(globalThis, { document });

const MESSAGE = message({ to: [{ address: "a@x.jp", name: null, kind: "person" }] });

const HELD: Answer = {
  decision_id: "d1",
  action: "block",
  release: "second_check",
  findings: [],
  remedies: [{ kind: "move_to_bcc", recipients: ["a@x.jp"] }],
  headline: "H",
  dialog: { text: "t", markdown: "m" },
};

export function answered(state: CheckState, comment: string | null = null): SecondCheck {
  return { ...WAITING, state, by: "Sato", comment };
}

interface Asking {
  readonly root: HTMLElement;
  readonly seen: string[];
  readonly notes: (string | null)[];
  readonly withdrawn: string[];
  /** What the server says from now on; an error is thrown. */
  now: SecondCheck | null | Error;
  /** Shows the held message, or what is said of it by now. */
  draw(changed?: Partial<Answer>): void;
}

/** A warning about a message that waits for a check, on a clock that the test moves. */
export async function held(
  context: TestContext,
  now: Asking["now"],
  call: Partial<Actions> = {},
): Promise<Asking> {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const seen: string[] = [];
  const notes: (string | null)[] = [];
  const withdrawn: string[] = [];
  const said = (): Promise<SecondCheck | null> =>
    asking.now instanceof Error ? Promise.reject(asking.now) : Promise.resolve(asking.now);
  const secondChecks: SecondChecks = {
    state: (id) => (seen.push(id), said()),
    withdraw: (id) => (withdrawn.push(id), said()),
    ask: (_id, note) => (notes.push(note), said().then((check) => check ?? WAITING)),
  };
  const asking: Asking = { ...view({ secondChecks, ...call }), seen, notes, withdrawn, now };
  asking.draw();
  context.after(() => {
    asking.root.remove();
    document.dispatchEvent(new page.Event("visibilitychange"));
  });
  await settled();
  return asking;
}

/** Where `draw` shows the held message, each time anew. */
export function view(call: Partial<Actions> & Pick<Actions, "secondChecks">): Pick<Asking, "root" | "draw"> {
  const root = document.createElement("div") as unknown as HTMLElement;
  const nothing = () => undefined;
  const idle = { moveToBcc: nothing, remove: nothing, acknowledge: nothing, justify: nothing };
  const actions = { ...idle, undo: nothing, checkAgain: nothing, keepDraft: nothing, ...call };
  document.body.replaceChildren(root as never);
  const show = warningView(root, { strings: stringsFor("en"), internalDomains: [], actions });
  const draw = (changed: Partial<Answer> = {}) => {
    show({ state: "judged", notice: null, undo: false, answer: { ...HELD, ...changed }, message: MESSAGE });
  };
  return { root, draw };
}

export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

export async function later(context: TestContext): Promise<void> {
  context.mock.timers.tick(LOOK_EVERY);
  await settled();
}

export function texts(root: ParentNode, selector: string): string[] {
  return [...root.querySelectorAll(selector)].map((each) => each.textContent);
}

export function focused(): string {
  return document.activeElement.textContent;
}

export async function press(root: ParentNode, label: string): Promise<void> {
  const found = [...root.querySelectorAll("button")].find((each) => each.textContent === label);
  assert.ok(found, label);
  found.focus();
  found.click();
  await settled();
}

export function write(root: ParentNode, note: string): HTMLTextAreaElement {
  const field = root.querySelector("textarea");
  assert.ok(field);
  field.value = note;
  field.dispatchEvent(new page.Event("input") as unknown as Event);
  return field;
}

export const ASK = "Ask a colleague to check";

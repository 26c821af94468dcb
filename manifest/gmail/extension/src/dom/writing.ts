/** Writes recipients into Gmail's page as a person would paste them, and waits until Gmail shows them. */

import type { Field } from "@atesaki/common/src/wire.ts";
import { Unreadable } from "../compose.ts";
import { chipsOf, recipientRow, typedIn } from "./page.ts";

const PATIENCE = 2_000;
const INTERVAL = 20;
const REMOVE = ".afX[aria-label]";
/** Once the focus has left the recipients Gmail shows a line of names instead, which unfolds them when it gets the focus. */
const FOLDED = ".fX.aiL";
const COVER = "div.aoD.hl";
const OPENERS: Record<Field, string | null> = {
  to: null,
  cc: "span.pE[role=link]",
  bcc: "span.pB[role=link]",
};

/** Replaces every recipient of a field; rejects where Gmail shows others after two seconds. */
export async function writeRecipients(
  root: HTMLElement,
  field: Field,
  addresses: readonly string[],
): Promise<void> {
  open(root, field);
  await until(() => recipientRow(root, field) !== null);
  const row = rowOf(root, field);
  clearTyped(row);
  for (const chip of chipsOf(row)) {
    chip.querySelector<HTMLElement>(REMOVE)?.click();
  }
  await until(() => chipsOf(rowOf(root, field)).length === 0);
  if (addresses.length > 0) {
    paste(rowOf(root, field), addresses);
  }
  await confirmed(root, field, addresses);
}

/** Resolves once Gmail shows exactly these recipients as chips. */
export async function confirmed(
  root: HTMLElement,
  field: Field,
  addresses: readonly string[],
): Promise<void> {
  const wanted = keys(addresses);
  await until(() => keys(shown(root, field)) === wanted);
}

/** Takes away what is typed in a row, which is written as a recipient instead. */
export function clearTyped(row: ParentNode): void {
  const input = typedIn(row);
  if (input?.value) {
    input.value = "";
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Shows the row of Cc or Bcc where Gmail still hides it. */
export function open(root: HTMLElement, field: Field): void {
  const selector = OPENERS[field];
  const opener = selector === null ? null : root.querySelector<HTMLElement>(selector);
  if (opener?.closest<HTMLElement>(FOLDED)?.style.display === "none") {
    root.querySelector(COVER)?.dispatchEvent(new FocusEvent("focus"));
  }
  opener?.click();
}

function rowOf(root: HTMLElement, field: Field): HTMLElement {
  const row = recipientRow(root, field);
  if (!row) {
    throw new Unreadable("recipients_missing");
  }
  return row;
}

function paste(row: HTMLElement, addresses: readonly string[]): void {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", addresses.join(","));
  const input = typedIn(row);
  if (!input) {
    throw new Unreadable("recipients_missing");
  }
  input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}

function shown(root: HTMLElement, field: Field): string[] {
  const row = recipientRow(root, field);
  const chips = row ? chipsOf(row) : [];
  return chips.map((each) => each.getAttribute("data-hovercard-id") ?? each.getAttribute("data-name") ?? "");
}

function keys(addresses: readonly string[]): string {
  return JSON.stringify([...new Set(addresses.map((each) => each.trim().toLowerCase()))].sort());
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!holds()) {
    if (Date.now() > deadline) {
      throw new Error("Gmail did not change the recipients in time");
    }
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}

/** Gmail's page: what stands where (selectors of InboxSDK 2.2, see docs/gmail.md); never by words, which are translated. */

import type { Field } from "@atesaki/common/src/wire.ts";
import type { SendKind } from "../compose.ts";

const BUTTON = '.IZ .Up div > div[role="button"]';

const SEND = `${BUTTON}:not(.Uo):not([aria-haspopup="true"]):not([class^="inboxsdk_"])`;
const SEND_AND_ARCHIVE = `${BUTTON}.Uo:not([aria-haspopup="true"])`;
const SCHEDULE = '[selector="scheduledSend"]';
export const MORE_OPTIONS = ".hG";
const CHIP = '[role="option"][data-name]';
const TYPED = 'input[role="combobox"]';

export const COMPOSE_ID = 'input[name="composeid"]';
const RECIPIENTS = ".GS .anm[name='to']";
/** What holds a whole mail, the surest first; where Send is not found any more, its keys still are. */
const FRAMES = ['[role="dialog"]', ".M9", '[role="region"]', "form"];

/** The elements of all mails being written, each the smallest that holds recipients and Send. */
export function composeRoots(page: ParentNode): HTMLElement[] {
  const marks = page.querySelectorAll<HTMLElement>(`${COMPOSE_ID}, ${RECIPIENTS}`);
  return [...new Set([...marks].map(rootOf))];
}

/** The root around something inside a mail. */
export function rootOf(mark: HTMLElement): HTMLElement {
  for (let around = mark.parentElement; around && holdsOne(around); around = around.parentElement) {
    if (around.querySelector(SEND) && around.querySelector(RECIPIENTS)) {
      return around;
    }
  }
  const frames = FRAMES.map((each) => mark.closest<HTMLElement>(each));
  return frames.find((each) => each !== null) ?? mark;
}

function holdsOne(around: HTMLElement): boolean {
  return around.querySelectorAll(COMPOSE_ID).length <= 1;
}

export function recipientRow(root: ParentNode, field: Field): HTMLElement | null {
  return root.querySelector<HTMLElement>(`.GS .anm[name="${field}"] [role="listbox"]`);
}

export function chipsOf(row: ParentNode): HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>(CHIP)];
}

export function typedIn(row: ParentNode): HTMLInputElement | null {
  return row.querySelector<HTMLInputElement>(TYPED);
}

const WAYS: readonly (readonly [string, SendKind])[] = [
  [SEND, "send"],
  [SEND_AND_ARCHIVE, "send_and_archive"],
];

/** Which way of sending the element belongs to, or null. */
export function buttonAt(root: ParentNode, target: Node): SendKind | null {
  const found = WAYS.find(([selector]) =>
    [...root.querySelectorAll(selector)].some((each) => each.contains(target)),
  );
  return found?.[1] ?? null;
}

/** The element to press for a way of sending. */
export function pressable(root: ParentNode, kind: SendKind): HTMLElement | null {
  if (kind === "schedule") {
    const items = scheduleItems(root);
    // Where the menus of several mails stand side by side, the open one is the one that was pressed.
    return items.length > 1 ? (items.find(isSeen) ?? null) : (items[0] ?? null);
  }
  return root.querySelector<HTMLElement>(kind === "send" ? SEND : SEND_AND_ARCHIVE);
}

/** The items that schedule the mail: its own, else those of the menu that Gmail draws outside all mails. */
export function scheduleItems(root: ParentNode): HTMLElement[] {
  const own = [...root.querySelectorAll<HTMLElement>(SCHEDULE)];
  return own.length > 0 ? own : [...document.querySelectorAll<HTMLElement>(SCHEDULE)].filter(inDetachedMenu);
}

/** Whether the menu of this item is open; Gmail hides closed ones in either way. */
export function isSeen(item: HTMLElement): boolean {
  return item.checkVisibility({ visibilityProperty: true });
}

export function onSchedule(root: ParentNode, target: Node): boolean {
  return scheduleItems(root).some((each) => each.contains(target));
}

/** Whether an element is in a menu for scheduling that stands outside all mails. */
export function inDetachedMenu(element: Element): boolean {
  const item = element.closest(SCHEDULE);
  return item !== null && !composeRoots(document).some((each) => each.contains(item));
}

/** The whole window of a mail, with its header; where it has none, the mail itself. */
export function frameOf(root: HTMLElement): HTMLElement {
  const frame = root.closest<HTMLElement>('[role="dialog"]') ?? root.closest<HTMLElement>(".M9");
  return frame ?? (isPopOut(root) ? root.ownerDocument.body : root);
}

/** Whether the page is a window of its own for this mail. */
export function isPopOut(root: HTMLElement): boolean {
  return root.closest("body.xE.xp") !== null;
}

/** The signed-in address, from the title's tail or the account button; both hold it in every language. */
export function accountOf(page: Document): string {
  const inTitle = /([^\s<>()]+@[^\s<>()]+)(?=[^@]*$)/.exec(page.title);
  const button = page.querySelector('a[href*="SignOutOptions"]')?.getAttribute("aria-label") ?? "";
  const inButton = /[^\s<>()]+@[^\s<>()]+/.exec(button);
  return inTitle?.[1] ?? inButton?.[0] ?? "";
}

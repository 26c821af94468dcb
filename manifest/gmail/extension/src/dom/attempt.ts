/** Recognizes the events with which Gmail lets a mail go (docs/gmail.md lists them). */

import type { SendKind } from "../compose.ts";
import { MORE_OPTIONS, buttonAt, isSeen, onSchedule, scheduleItems } from "./page.ts";

/**
 * `part` tells the event that Gmail acts on from those around it: `after` shares its fate,
 * `never` is no press of its own, and Gmail must not take it for one.
 */
export interface Attempt {
  readonly kind: SendKind;
  readonly part: "act" | "after" | "never";
}

/** Whether this event makes Gmail send the mail in `root`, or null. */
export function attemptOf(event: Event, root: HTMLElement): Attempt | null {
  const target = event.target instanceof Node ? event.target : null;
  if (!target) {
    return null;
  }
  if (event instanceof KeyboardEvent) {
    return keyAttempt(event, root, target);
  }
  if (onSchedule(root, target)) {
    // Gmail's menus act on mouseup; the click that follows must not reach them either.
    return event.type === "mousedown" ? null : { kind: "schedule", part: partOf(event, "mouseup") };
  }
  const kind = event.type === "click" ? buttonAt(root, target) : null;
  return kind && { kind, part: "act" };
}

/** Whether this event only opens the menu beside Send. */
export function opensMenu(event: Event, root: HTMLElement): boolean {
  const target = event.target instanceof Node ? event.target : null;
  const enter = event instanceof KeyboardEvent && event.key === "Enter" && !event.ctrlKey && !event.metaKey;
  return enter && onArrow(root, target) && !menuIsOpen(root);
}

function partOf(event: Event, acting: string): Attempt["part"] {
  return event.type === acting ? "act" : "after";
}

function keyAttempt(event: KeyboardEvent, root: HTMLElement, target: Node): Attempt | null {
  const kind = kindOfKey(event, root, target);
  if (!kind) {
    return null;
  }
  if (event.type === "keydown") {
    // A key that is held, or that an input method takes, is no press.
    return { kind, part: event.repeat || event.isComposing ? "never" : "act" };
  }
  // Buttons act when Space is let go (Gmail's, too), and then its press was asked about already.
  return event.type === "keyup" && event.key === " " ? { kind, part: "never" } : null;
}

function kindOfKey(event: KeyboardEvent, root: HTMLElement, target: Node): SendKind | null {
  const enter = event.key === "Enter";
  if (enter && (event.ctrlKey || event.metaKey)) {
    return "send";
  }
  if (!enter && event.key !== " ") {
    return null;
  }
  // The focus stays on the arrow beside Send while its menu is open.
  if (onSchedule(root, target) || (onArrow(root, target) && menuIsOpen(root))) {
    return "schedule";
  }
  return buttonAt(root, target);
}

function onArrow(root: HTMLElement, target: Node | null): boolean {
  return root.querySelector(MORE_OPTIONS)?.contains(target) ?? false;
}

function menuIsOpen(root: HTMLElement): boolean {
  return (
    scheduleItems(root).some(isSeen) ||
    root.querySelector(MORE_OPTIONS)?.getAttribute("aria-expanded") === "true"
  );
}

/** Recognizes the events with which Gmail lets a mail go (docs/gmail.md lists them). */

import type { SendKind } from "../compose.ts";
import { MORE_OPTIONS, SCHEDULE, buttonAt } from "./page.ts";

/** `part` tells the event that Gmail acts on from those around it, which share its fate. */
export interface Attempt {
  readonly kind: SendKind;
  readonly part: "act" | "after";
}

/** Whether this event inside the mail `root` makes Gmail send, or null. */
export function attemptOf(event: Event, root: HTMLElement): Attempt | null {
  const target = event.target instanceof Node ? event.target : null;
  if (!target) {
    return null;
  }
  if (event instanceof KeyboardEvent) {
    return event.type === "keydown" ? keyAttempt(event, root, target) : null;
  }
  if (onSchedule(root, target)) {
    // Gmail's menus act on mouseup; the click that follows must not reach them either.
    return event.type === "mousedown" ? null : { kind: "schedule", part: partOf(event, "mouseup") };
  }
  const kind = event.type === "click" ? buttonAt(root, target) : null;
  return kind && { kind, part: "act" };
}

function partOf(event: Event, acting: string): Attempt["part"] {
  return event.type === acting ? "act" : "after";
}

function keyAttempt(event: KeyboardEvent, root: HTMLElement, target: Node): Attempt | null {
  const enter = event.key === "Enter";
  if (enter && (event.ctrlKey || event.metaKey)) {
    return { kind: "send", part: "act" };
  }
  if (!enter && event.key !== " ") {
    return null;
  }
  if (onSchedule(root, target) || onOpenMenu(root, target)) {
    return { kind: "schedule", part: "act" };
  }
  const kind = buttonAt(root, target);
  return kind && { kind, part: "act" };
}

function onSchedule(root: HTMLElement, target: Node): boolean {
  return [...root.querySelectorAll(SCHEDULE)].some((each) => each.contains(target));
}

// The focus stays on the arrow beside Send while its menu is open.
function onOpenMenu(root: HTMLElement, target: Node): boolean {
  const arrow = root.querySelector(MORE_OPTIONS);
  const item = root.querySelector<HTMLElement>(SCHEDULE);
  return Boolean(arrow?.contains(target) && item?.checkVisibility());
}

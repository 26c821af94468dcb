/** Turns a decision into the options of `event.completed` (outlook.md §1.2): pure, and never softer than asked. */

import { shortened } from "@atesaki/common/src/clean_text.ts";
import type { StringsAtSend } from "@atesaki/common/src/strings_at_send.ts";
import type { Answer, ReadField } from "@atesaki/common/src/wire.ts";

export interface CompletedOptions {
  readonly allowEvent: boolean;
  readonly errorMessage?: string;
  readonly errorMessageMarkdown?: string;
  readonly cancelLabel?: string;
  readonly commandId?: string;
  readonly contextData?: string;
  readonly sendModeOverride?: "promptUser";
}

/** What the pane is told when the sender presses the dialog's button. */
export interface PaneContext {
  readonly print: string;
  readonly answer: Answer | null;
  /** Whether Send had no token that counted: what the pane asks for has to fit what Send will ask again. */
  readonly claimed?: boolean;
  /** What could not be read at Send; the pane, which waits longer, may have read it since. */
  readonly unread?: readonly ReadField[];
}

const DIALOG_LIMIT = 500;
/** The size of `contextData` is undocumented; a decision larger than this is asked for again by the pane. */
const CONTEXT_LIMIT = 8000;

export const ALLOWED: CompletedOptions = { allowEvent: true };

/** `paneInDialog` is false on clients below Mailbox 1.14, whose dialog has no button of ours. */
export interface Presentation {
  readonly strings: StringsAtSend;
  readonly commandId: string;
  readonly print: string;
  readonly unread: readonly ReadField[];
  readonly paneInDialog: boolean;
}

export function completedOptions(answer: Answer, shown: Presentation): CompletedOptions {
  if (answer.action === "allow") {
    return ALLOWED;
  }
  const dialog = {
    allowEvent: false,
    errorMessage: plainText(answer, shown),
    errorMessageMarkdown: shortened(answer.dialog.markdown, DIALOG_LIMIT),
    cancelLabel: buttonLabel(answer, shown.strings),
    commandId: shown.commandId,
    contextData: contextFor(answer, shown),
  };
  if (answer.action === "warn" && answer.release === "send_anyway") {
    return Object.assign(dialog, { sendModeOverride: "promptUser" as const });
  }
  return dialog;
}

/** How a message that can't be checked is held: by its sender's word, until it can be checked, or until it is mended. */
export type Held = "prompted" | "until_checked" | "until_changed";

/** The dialog of the local rule: the sender's own word where the organization allows it, else only waiting. */
export function uncheckedOptions(strings: StringsAtSend, held: Held): CompletedOptions {
  const text = {
    prompted: strings.uncheckedPrompt,
    until_checked: strings.uncheckedHold,
    until_changed: strings.uncheckedRefused,
  }[held];
  const options = { allowEvent: false, errorMessage: text, errorMessageMarkdown: text };
  if (held === "prompted") {
    return Object.assign(options, { sendModeOverride: "promptUser" as const });
  }
  return options;
}

/** How the organization has a message held that could not even be read. */
export function heldUnread(onRisk: "prompt" | "hold"): Held {
  if (onRisk === "prompt") {
    return "prompted";
  }
  return "until_checked";
}

function plainText(answer: Answer, shown: Presentation): string {
  if (shown.paneInDialog) {
    return shortened(answer.dialog.text, DIALOG_LIMIT);
  }
  const hint = "\n" + shown.strings.openPaneYourself;
  return shortened(answer.dialog.text, DIALOG_LIMIT - hint.length) + hint;
}

function buttonLabel(answer: Answer, strings: StringsAtSend): string {
  const [fix] = answer.remedies;
  if (fix && fix.kind === "move_to_bcc") {
    return strings.moveToBccShort;
  }
  if (answer.release === "second_check") {
    return strings.secondCheckShort;
  }
  return strings.reviewRecipients;
}

function contextFor(answer: Answer, { print, unread }: Presentation): string {
  const claimed = answer.assurance === "claimed";
  const whole: PaneContext = { print, answer, claimed, unread };
  const text = JSON.stringify(whole);
  if (text.length <= CONTEXT_LIMIT) {
    return text;
  }
  const small: PaneContext = { print, answer: null, claimed, unread };
  return JSON.stringify(small);
}

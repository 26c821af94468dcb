/** What Send told the pane of a held message. */

import type { Message, ReadField } from "@atesaki/common/src/wire.ts";
import { readAnswer } from "@atesaki/common/src/wire.ts";
import type { PaneContext } from "../src/answer.ts";
import { addressed } from "../src/reading.ts";

/**
 * The message as Send read it.
 *
 * What only Send found no time to read is no finding of a check here, and a finding at every Send again.
 * Recipients are left out unless Outlook still tells of nobody: those that were not read are never released unseen.
 */
export function asAtSend(read: Message, context: PaneContext): Message {
  const message = context.unread?.includes("to") ? addressed(read) : read;
  const content: readonly ReadField[] = ["subject", "body", "attachments", "thread"];
  const missed = content.filter(
    (each) => context.unread?.includes(each) && !message.truncated.includes(each),
  );
  return {
    ...message,
    subject: missed.includes("subject") ? null : message.subject,
    attachments: missed.includes("attachments") ? [] : message.attachments,
    truncated: [...message.truncated, ...missed],
  };
}

/** The context that Outlook hands over as text, or null where there is none that makes sense. */
export async function contextOf(told: Promise<string | null>): Promise<PaneContext | null> {
  try {
    const context = JSON.parse((await told) ?? "null") as PaneContext | null;
    return context && { ...context, answer: context.answer && readAnswer(context.answer) };
  } catch {
    return null;
  }
}

/** What Send told the pane of a held message. */

import type { Message, ReadField } from "@atesaki/common/src/wire.ts";
import { readAnswer } from "@atesaki/common/src/wire.ts";
import type { PaneContext } from "../src/answer.ts";
import { SESSION } from "../src/config.ts";
import type { Host } from "../src/host.ts";
import { earlierPress } from "../src/press.ts";
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

/** The key of a press of Send whose answer this draft has not gone by yet: a look under it tells what that was. */
export async function pressKey(host: Host, message: Message): Promise<string | undefined> {
  const kept = await host.readSession(SESSION.press).catch(() => null);
  return earlierPress(kept, message, Date.now())?.key;
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

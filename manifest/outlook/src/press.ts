/** The press of Send that the draft's session remembers: its next press asks under the same key. */

import { textPrint } from "@atesaki/common/src/fingerprint.ts";
import type { Press } from "@atesaki/common/src/press.ts";
import { stillKept } from "@atesaki/common/src/press.ts";
import { refusedPrint } from "@atesaki/common/src/refusal.ts";
import type { Answer, Message } from "@atesaki/common/src/wire.ts";
import { SESSION } from "./config.ts";
import type { Host } from "./host.ts";

interface Kept extends Press {
  readonly print: string;
}

/** The press of exactly this message that `session` holds, unless it is too old; `now` is milliseconds since 1970. */
export function earlierPress(session: string | null, message: Message, now: number): Press | null {
  const kept = read(session);
  if (kept && stillKept(kept, now) && kept.print === printOf(message)) {
    return { key: kept.key, at: kept.at };
  }
  return null;
}

/** Keeps a press that got no answer; a client that can't keep it must not hold the message for that. */
export function keepPress(host: Host, session: string | null, press: Press, message: Message): Promise<void> {
  const kept = read(session);
  if (kept && kept.key === press.key) {
    return Promise.resolve();
  }
  return write(host, JSON.stringify(Object.assign({ print: printOf(message) }, press)));
}

/**
 * An answer has come: a release that it used up stays with this draft, and any other press is over.
 *
 * Outlook closes a draft that it sends. So if Send is pressed in the same session again, another add-in or Outlook
 * itself has stopped the message, and it goes by the answer that let it go.
 */
export function settlePress(
  host: Host,
  session: string | null,
  press: Press,
  message: Message,
  answer: Answer,
): Promise<void> {
  if (answer.released_by) {
    return keepPress(host, session, press, message);
  }
  if (session) {
    return write(host, "");
  }
  return Promise.resolve();
}

function write(host: Host, text: string): Promise<void> {
  return host.writeSession(SESSION.press, text).catch(() => undefined);
}

function read(session: string | null): Kept | null {
  try {
    const { key, at, print } = JSON.parse(session || "null") as Kept;
    if (/^[a-z0-9-]{1,64}$/.test(key) && typeof at === "number") {
      return { key, at, print };
    }
  } catch {
    // What can't be read is no press: the message is judged anew.
  }
  return null;
}

// Outlook breaks the lines of one and the same body differently from one reading to the next.
function printOf(message: Message): string {
  return refusedPrint(message) + textPrint((message.body_text || "").trim().split(/\s+/).join(" "));
}

/** While composing: an info bar as soon as the recipients are risky, gone when they no longer are. */

import { shortened } from "@atesaki/common/src/clean_text.ts";
import { recipientsPrint } from "@atesaki/common/src/fingerprint.ts";
import { judgeLocally } from "@atesaki/common/src/local_rule.ts";
import { bare } from "@atesaki/common/src/refusal.ts";
import type { Answer, Message } from "@atesaki/common/src/wire.ts";
import { SESSION } from "./config.ts";
import type { Surroundings } from "./on_send.ts";
import { readMessage } from "./reading.ts";
import { composeFacts, localeOf } from "./request.ts";

/** Milliseconds of quiet before anything is read: a pasted list fires the event many times. */
const QUIET = 500;
/** Longest info bar text (outlook.md §2.4). */
const INFO_LIMIT = 150;

let latest = 0;

/** Asks about the recipients as they stand after a short silence; a newer change makes an older one do nothing. */
export function onRecipientsChanged(around: Surroundings): Promise<void> {
  latest += 1;
  const mine = latest;
  return pause(QUIET).then(() => {
    if (mine !== latest) {
      return undefined;
    }
    return look(around, mine);
  });
}

function look(around: Surroundings, mine: number): Promise<void> {
  return readMessage(around.host, { fields: ["thread"] }).then((message) => {
    const request = { message, client: composeFacts(around), locale: localeOf(around) };
    return around.api
      .decide(request, null)
      .then((answer) => remembered(around, message, answer))
      .catch(() => localHint(around, message))
      .then((hint) => {
        if (mine === latest) {
          return show(around, hint);
        }
        return undefined;
      });
  });
}

function remembered(around: Surroundings, message: Message, answer: Answer): Promise<string | null> {
  const seen = JSON.stringify({ print: recipientsPrint(bare(message)), action: answer.action });
  return around.host
    .writeSession(SESSION.prefetch, seen)
    .catch(() => undefined)
    .then(() => hintOf(answer));
}

function hintOf(answer: Answer): string | null {
  const finding = answer.findings.find((each) => each.mode === "enforce" && each.action !== "allow");
  if (answer.action === "allow" || !finding) {
    return null;
  }
  return finding.reason;
}

function localHint(around: Surroundings, message: Message): string | null {
  if (judgeLocally(message, around.config).risky) {
    return around.strings.riskyUnchecked;
  }
  return null;
}

function show(around: Surroundings, hint: string | null): Promise<void> {
  if (hint === null) {
    return around.host.hideInfo();
  }
  return around.host.showInfo(shortened(hint, INFO_LIMIT));
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

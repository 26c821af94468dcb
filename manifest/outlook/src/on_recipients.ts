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

/** Asks about the recipients as they stand after a short silence; a newer change makes an older one do nothing. */
export function onRecipientsChanged(around: Surroundings): Promise<void> {
  return announced(around).then((mine) =>
    pause(QUIET)
      .then(() => isLatest(around, mine))
      .then((latest) => {
        if (latest) {
          return look(around, mine);
        }
        return undefined;
      }),
  );
}

// Classic Outlook starts an engine for each event: only the draft's session knows which of them is the latest.
function announced({ host }: Surroundings): Promise<string | null> {
  const mine = Math.random().toString(36);
  return host.writeSession(SESSION.latest, mine).then(
    () => mine,
    () => null,
  );
}

/** Whoever could not announce itself counts as the latest: rather one question too many than none. */
function isLatest({ host }: Surroundings, mine: string | null): Promise<boolean> {
  if (mine === null) {
    return Promise.resolve(true);
  }
  return host.readSession(SESSION.latest).then((seen) => seen === null || seen === mine);
}

function look(around: Surroundings, mine: string | null): Promise<void> {
  return readMessage(around.host, { fields: ["thread"] }).then((message) => {
    const request = { message, client: composeFacts(around), locale: localeOf(around) };
    return around.api
      .decide(request, null)
      .then((answer) => remembered(around, message, answer))
      .catch(() => localHint(around, message))
      .then((hint) => shownIfLatest(around, mine, hint));
  });
}

function shownIfLatest(around: Surroundings, mine: string | null, hint: string | null): Promise<void> {
  return isLatest(around, mine).then((latest) => {
    if (latest) {
      return show(around, hint);
    }
    return undefined;
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

/** The moment of Send: read, ask, answer; and the local rule wherever the backend gives no usable answer. */

import type { Decides } from "@atesaki/common/src/api.ts";
import { reasonOf } from "@atesaki/common/src/api.ts";
import { messagePrint, recipientsPrint } from "@atesaki/common/src/fingerprint.ts";
import { judgeLocally } from "@atesaki/common/src/local_rule.ts";
import type { Press } from "@atesaki/common/src/press.ts";
import { newPress, ofAnother } from "@atesaki/common/src/press.ts";
import { bare, isRefusal, refusedPrint } from "@atesaki/common/src/refusal.ts";
import type { StringsAtSend } from "@atesaki/common/src/strings_at_send.ts";
import type { Answer, DegradedReport, FailureReason, Message } from "@atesaki/common/src/wire.ts";
import { within } from "@atesaki/common/src/within.ts";
import type { CompletedOptions, Held } from "./answer.ts";
import { ALLOWED, completedOptions, heldUnread, uncheckedOptions } from "./answer.ts";
import type { Config } from "./config.ts";
import { PANE_COMMANDS, SESSION } from "./config.ts";
import { forget, keep, undelivered } from "./degraded.ts";
import type { Host } from "./host.ts";
import { earlierPress, keepPress, settlePress } from "./press.ts";
import { addressed, readMessage } from "./reading.ts";
import { localeOf, sendFacts } from "./request.ts";

/** All that a handler needs; `now` gives the time of day. */
export interface Surroundings {
  readonly host: Host;
  readonly api: Decides;
  readonly config: Config;
  readonly strings: StringsAtSend;
  now(): Date;
}

interface Progress {
  message: Message | null;
  prefetched: string | null;
  /** What the draft's session holds of reports that were not delivered. */
  reports: string | null;
  /** The print of the message that the last Send was refused for. */
  refused: string | null;
  /** What the draft's session holds of an earlier press of Send. */
  pressed: string | null;
  /** This press, once it was asked about. */
  press: Press | null;
  options: CompletedOptions | null;
  /** The event was answered without the backend. */
  over: boolean;
}

/** The options to complete the event with; it never rejects and answers within `config.timeouts.total`. */
export function onSend(around: Surroundings): Promise<CompletedOptions> {
  const progress: Progress = {
    message: null,
    prefetched: null,
    reports: null,
    refused: null,
    pressed: null,
    press: null,
    options: null,
    over: false,
  };
  const budget = around.config.timeouts.total - around.config.timeouts.write;
  const late = Object.assign(new Error("Send took too long"), { reason: "timeout" });
  return within(budget, () => checked(around, progress), late)
    .catch((error: unknown) => progress.options || unchecked(around, progress, reasonOf(error)))
    .catch(() => uncheckedOptions(around.strings, heldUnread(around.config.onRisk)));
}

function checked(around: Surroundings, progress: Progress): Promise<CompletedOptions> {
  if (!around.host.itemKind()) {
    throw new Error("There is no item");
  }
  return Promise.all([
    readMessage(around.host, around.config).then(addressed),
    tokenIfAny(around),
    around.host.readSession(SESSION.prefetch).catch(() => null),
    around.host.readSession(SESSION.degraded).catch(() => null),
    around.host.readSession(SESSION.refused).catch(() => null),
    around.host.readSession(SESSION.press).catch(() => null),
  ]).then(([message, token, prefetched, reports, refused, pressed]) => {
    Object.assign(progress, { message, prefetched, reports, refused, pressed });
    return ask(around, progress, message, token);
  });
}

function ask(
  around: Surroundings,
  progress: Progress,
  message: Message,
  token: string | null,
): Promise<CompletedOptions> {
  const now = around.now().getTime();
  const anew = () => askAs(newPress(now), undelivered(around.host, progress.reports));
  const askAs = (press: Press, reports: readonly DegradedReport[]) =>
    askUnder(around, progress, { message, token, press, reports });
  const earlier = earlierPress(progress.pressed, message, now);
  if (!earlier) {
    return anew();
  }
  // Nobody records a report that comes with an answer given before: it waits for the next press.
  return askAs(earlier, []).catch((error: unknown) => {
    if (ofAnother(error)) {
      return anew();
    }
    throw error;
  });
}

interface Question {
  readonly message: Message;
  readonly token: string | null;
  readonly press: Press;
  readonly reports: readonly DegradedReport[];
}

function askUnder(
  around: Surroundings,
  progress: Progress,
  { message, token, press, reports }: Question,
): Promise<CompletedOptions> {
  progress.press = press;
  const request = { message, client: sendFacts(around, reports), locale: localeOf(around) };
  return around.api.decide(request, token, press.key).then((answer) => {
    const options = completedOptions(answer, presentation(around, message));
    progress.options = options;
    const kept = [
      forget(around.host, reports, progress.reports),
      rememberRefusal(around.host, progress.refused, message, answer),
      rememberHeld(around.host, options),
    ];
    // By an answer that came too late nothing was done.
    if (!progress.over) {
      kept.push(settlePress(around.host, progress.pressed, press, message, answer));
    }
    return Promise.all(kept).then(() => options);
  });
}

// Who opens the pane by the ribbon comes without the dialog's context.
function rememberHeld(host: Host, { contextData }: CompletedOptions): Promise<void> {
  if (!contextData) {
    return Promise.resolve();
  }
  return host.writeSession(SESSION.held, contextData).catch(() => undefined);
}

/** Keeps what was refused in the draft's session, and only where that is news: most messages cost no write. */
function rememberRefusal(host: Host, before: string | null, message: Message, answer: Answer): Promise<void> {
  const print = refusedPrint(message);
  if (isRefusal(answer) === (before === print)) {
    return Promise.resolve();
  }
  let now = print;
  if (before === print) {
    now = "";
  }
  return host.writeSession(SESSION.refused, now).catch(() => undefined);
}

function presentation(around: Surroundings, message: Message): Parameters<typeof completedOptions>[1] {
  return {
    strings: around.strings,
    commandId: PANE_COMMANDS[message.item],
    print: messagePrint(message),
    unread: message.truncated,
    paneInDialog: around.host.supports("1.14"),
  };
}

// A token only raises the assurance: without one, or without one in time, the decision is made all the same.
function tokenIfAny(around: Surroundings): Promise<string | null> {
  const entra = around.config.entra;
  if (!entra) {
    return Promise.resolve(null);
  }
  return Promise.resolve()
    .then(() => around.host.token(entra))
    .catch(() => null);
}

function unchecked(
  around: Surroundings,
  progress: Progress,
  reason: FailureReason,
): Promise<CompletedOptions> {
  progress.over = true;
  const { risky, people } = judgeLocally(progress.message, around.config);
  let held: Held | null = null;
  if (wasRefused(progress)) {
    held = "until_changed";
  } else if (risky || wasRiskyBefore(progress)) {
    held = heldAlone(around);
  }
  const report = { at: around.now().toISOString(), reason, action: actionTaken(held), people };
  const writes = [keep(around.host, report, progress.reports), keepUnanswered(around.host, progress)];
  return Promise.all(writes).then(() => {
    if (held) {
      return uncheckedOptions(around.strings, held);
    }
    return ALLOWED;
  });
}

function keepUnanswered(host: Host, { press, pressed, message }: Progress): Promise<void> {
  if (!press || !message) {
    return Promise.resolve();
  }
  return keepPress(host, pressed, press, message);
}

// Below Mailbox 1.14 the dialog can't offer Send Anyway; holding is the safe direction there.
function heldAlone({ host, config }: Surroundings): Held {
  if (!host.supports("1.14", true)) {
    return "until_checked";
  }
  return heldUnread(config.onRisk);
}

function actionTaken(held: Held | null): DegradedReport["action"] {
  if (held === "prompted") {
    return "prompted";
  }
  if (held) {
    return "held";
  }
  return "allowed";
}

/** What the backend refused at Send doesn't go by its sender's word because the network fails. */
function wasRefused({ message, refused }: Progress): boolean {
  return message !== null && refused === refusedPrint(message);
}

/** What the backend said about the same recipients while composing makes the local rule stricter, never milder. */
function wasRiskyBefore(progress: Progress): boolean {
  if (!progress.message || !progress.prefetched) {
    return false;
  }
  try {
    const seen = JSON.parse(progress.prefetched) as { print?: string; action?: Answer["action"] };
    return seen.print === recipientsPrint(bare(progress.message)) && seen.action !== "allow";
  } catch {
    return false;
  }
}

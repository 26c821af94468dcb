/** The script that Outlook runs at its events: wires the parts and completes every event exactly once. */

import { connectToDecide } from "@atesaki/common/src/api.ts";
import { stringsAtSend } from "@atesaki/common/src/strings_at_send.ts";
import type { CompletedOptions } from "./answer.ts";
import { heldUnread, uncheckedOptions } from "./answer.ts";
import { readConfig } from "./config.ts";
import type { ItemKind } from "./host.ts";
import { officeHost } from "./host.ts";
import { rememberThread } from "./on_compose.ts";
import { onRecipientsChanged } from "./on_recipients.ts";
import type { Surroundings } from "./on_send.ts";
import { onSend } from "./on_send.ts";
import { localeOf } from "./request.ts";

// The backend replaces this text by its configuration when it serves the script.
declare const ATESAKI_CONFIG: unknown;

interface Event {
  completed(options?: CompletedOptions): void;
}

const config = readConfig(ATESAKI_CONFIG);

/** Nobody waits while a message is written: what a slow client tells late is better than what it could not tell. */
const COMPOSING = { read: 5000, write: 5000, token: 1000 };

function surroundings(limits: Parameters<typeof officeHost>[0], item: ItemKind): Surroundings {
  const host = officeHost(limits);
  const backend = { apiBase: config.apiBase, key: config.key, timeout: config.timeouts.backend };
  const strings = stringsAtSend(localeOf({ host, config }), item);
  return { host, api: connectToDecide(backend), config, strings, now: () => new Date() };
}

function sending(item: ItemKind): (event: Event) => void {
  const doubtful = () => uncheckedOptions(stringsAtSend(config.locale, item), heldUnread(config.onRisk));
  return (event) => {
    void Promise.resolve()
      .then(() => onSend(surroundings(config.timeouts, item)))
      .catch(doubtful)
      .then((options) => {
        event.completed(options);
      });
  };
}

// While composing nothing is at stake yet: whatever goes wrong there, Send asks again.
function whileComposing(work: (around: Surroundings) => Promise<void>): (event: Event) => void {
  return (event) => {
    const done = () => {
      event.completed();
    };
    void Promise.resolve()
      .then(() => work(surroundings(COMPOSING, "message")))
      .then(done, done);
  };
}

Office.actions.associate("onMessageSend", sending("message"));
Office.actions.associate("onAppointmentSend", sending("appointment"));
Office.actions.associate("onMessageRecipientsChanged", whileComposing(onRecipientsChanged));
Office.actions.associate(
  "onNewMessageCompose",
  whileComposing((around) => rememberThread(around.host)),
);

// In a page Office.js tells nobody of an event before this call; the engine of classic Outlook may do without it.
if (typeof Office.onReady === "function") {
  void Office.onReady();
}

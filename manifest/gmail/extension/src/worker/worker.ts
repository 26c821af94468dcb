/** The service worker's start: who may ask, and what happens by the clock. */

// Lets InboxSDK reach the page's own scripts; see its documentation for Manifest V3.
import "@inboxsdk/core/background.js";
import type { Ask } from "../protocol.ts";
import { browser } from "./browser.ts";
import { Service } from "./service.ts";

const GMAIL = "https://mail.google.com/";
const HEARTBEAT = "heartbeat";
const MINUTES = 60;
/** As the manifest names them, in this order. */
const SCRIPTS = ["content.js", "inboxsdk.js"];

const service = new Service(browser);

chrome.runtime.onMessage.addListener((message: unknown, sender, reply) => {
  if (!isAsk(message) || sender.id !== chrome.runtime.id || !sender.url?.startsWith(GMAIL)) {
    return false;
  }
  void service.answer(message).then(reply);
  return true;
});

chrome.alarms.onAlarm.addListener(({ name }) => {
  if (name === HEARTBEAT) {
    void service.heartbeat().catch(() => undefined);
  }
});

// After an update the script from before asks for a reload by itself.
chrome.runtime.onInstalled.addListener(({ reason }) => {
  if (reason === "install") {
    void guardOpenTabs();
  }
});

void keepTime();

// Chrome runs scripts of the manifest in pages that load from now on; a Gmail that is open stays so for weeks.
async function guardOpenTabs(): Promise<void> {
  for (const { id } of await chrome.tabs.query({ url: `${GMAIL}*` })) {
    const target = { tabId: id ?? chrome.tabs.TAB_ID_NONE };
    await chrome.scripting.executeScript({ target, files: SCRIPTS }).catch(() => undefined);
  }
}

// The worker starts many times an hour, and creating an alarm anew would put it off each time.
async function keepTime(): Promise<void> {
  if (!(await chrome.alarms.get(HEARTBEAT))) {
    await chrome.alarms.create(HEARTBEAT, { periodInMinutes: MINUTES });
  }
}

function isAsk(message: unknown): message is Ask {
  return typeof message === "object" && message !== null && "ask" in message;
}

/** Loads InboxSDK on Gmail's page, where it can; without it our own adapter keeps watching. */

import { within } from "@atesaki/common/src/within.ts";
import * as InboxSDK from "@inboxsdk/core";

/** `sdk_<name>_<first ten hexadecimal digits of its SHA-1>`: checked by InboxSDK itself, without a network. */
const APP_ID = "sdk_atesaki_03c716d217";

// Both say what is told to others; what InboxSDK sends nevertheless, the rules in rules.json block.
const SILENT = { eventTracking: false, globalErrorLogging: false };

/** Milliseconds in which InboxSDK finds its way into Gmail; a Gmail that it no longer knows it waits for without end. */
const PATIENCE = 60_000;

async function load(): Promise<void> {
  const late = new Error("InboxSDK did not load in time");
  try {
    const sdk = await within(PATIENCE, () => InboxSDK.load(2, APP_ID, SILENT), late);
    globalThis.atesaki?.useInboxSdk(sdk);
  } catch (error) {
    // A URIError is a pop-out window: InboxSDK refuses those (its issue #1062), and our own adapter covers them.
    globalThis.atesaki?.withoutInboxSdk(!(error instanceof URIError));
  }
}

if (globalThis.atesaki && !globalThis.atesaki.loads) {
  globalThis.atesaki.loads = true;
  void load();
}

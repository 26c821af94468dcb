/** Loads InboxSDK on Gmail's page, where it can; without it our own adapter keeps watching. */

import * as InboxSDK from "@inboxsdk/core";

/** `sdk_<name>_<first ten hexadecimal digits of its SHA-1>`: checked by InboxSDK itself, without a network. */
const APP_ID = "sdk_atesaki_03c716d217";

// Both say what is told to others; what InboxSDK sends nevertheless, the rules in rules.json block.
const SILENT = { eventTracking: false, globalErrorLogging: false };

async function load(): Promise<void> {
  try {
    const sdk = await InboxSDK.load(2, APP_ID, SILENT);
    globalThis.atesaki?.useInboxSdk(sdk);
  } catch (error) {
    // A pop-out window: InboxSDK refuses those (its issue #1062), and our own adapter covers them.
    if (!(error instanceof URIError)) {
      throw error;
    }
  }
}

void load();

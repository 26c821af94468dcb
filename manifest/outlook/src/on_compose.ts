/** When a reply is opened: remembers who is already visible in the thread, so that they are no news later. */

import { SESSION } from "./config.ts";
import type { Host } from "./host.ts";
import { recipient } from "./reading.ts";

/** Keeps To and Cc of a fresh reply in the session of the draft; anything that fails leaves it unknown. */
export function rememberThread(host: Host): Promise<void> {
  return host.readComposeType().then((type) => {
    if (type !== "reply") {
      return undefined;
    }
    return Promise.all([host.readRecipients("to"), host.readRecipients("cc")]).then(([to, cc]) => {
      const seen = to.concat(cc).map((entry) => recipient(entry).address);
      return host.writeSession(SESSION.thread, JSON.stringify(seen));
    });
  });
}

/** When a reply is opened: remembers who is already visible in the thread, so that they are no news later. */

import { SESSION } from "./config.ts";
import type { Host } from "./host.ts";
import { recipient } from "./reading.ts";

/** Keeps To and Cc of a fresh reply in the session of the draft; anything that fails leaves it unknown. */
export function rememberThread(host: Host): Promise<void> {
  return Promise.all([host.readComposeType(), host.readSession(SESSION.thread)]).then(([type, known]) => {
    // The event has been reported to come twice (office-js issue 6051): whoever was added since is no part of the thread.
    if (type !== "reply" || known !== null) {
      return undefined;
    }
    return Promise.all([host.readRecipients("to"), host.readRecipients("cc")]).then(([to, cc]) => {
      const seen = to.concat(cc).map((entry) => recipient(entry).address);
      return host.writeSession(SESSION.thread, JSON.stringify(seen));
    });
  });
}

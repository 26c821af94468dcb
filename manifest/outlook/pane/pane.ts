/** The pane's start: finds Outlook, the configuration and the page, and lets the session run. */

import { connect } from "@atesaki/common/src/api.ts";
import { stringsFor } from "@atesaki/common/src/strings.ts";
import type { Shown } from "@atesaki/common/src/view/warning.ts";
import { warningView } from "@atesaki/common/src/view/warning.ts";
import type { Config } from "../src/config.ts";
import { readConfig } from "../src/config.ts";
import type { Host } from "../src/host.ts";
import { officeHost } from "../src/host.ts";
import { localeOf } from "../src/request.ts";
import { PaneSession } from "./session.ts";

// The backend replaces this text by its configuration when it serves the script.
declare const ATESAKI_CONFIG: unknown;

/** A person is waiting in front of a page here, so answers may take longer than at Send. */
const BACKEND_PATIENCE = 10_000;
const OFFICE_PATIENCE = { read: 5_000, write: 10_000, token: 1_000 };

async function start(): Promise<void> {
  const info = await Office.onReady();
  const root = document.getElementById("pane");
  if (String(info.host) !== "Outlook" || !root) {
    return;
  }
  const config = readConfig(ATESAKI_CONFIG);
  const host = officeHost(OFFICE_PATIENCE);
  const locale = localeOf({ host, config });
  const strings = stringsFor(locale, host.itemKind() ?? "message");
  name(strings.title, locale);
  let draw: (shown: Shown) => void = () => undefined;
  let opened = true;
  const session = new PaneSession({
    host,
    config,
    strings,
    api: connect({ apiBase: config.apiBase, key: config.key, timeout: BACKEND_PATIENCE }),
    token: () => token(host, config),
    show: (shown) => {
      draw(shown);
      opened &&= shown.state === "checking";
    },
    clock: () => performance.now(),
  });
  draw = warningView(root, {
    strings,
    internalDomains: config.internalDomains,
    actions: session,
    // Who writes beside the pane must not find the next key pressing a button in it.
    takesFocus: () => opened || document.hasFocus(),
  });
  host.onContextChanged(() => {
    opened = true;
    void session.start();
  });
  host.onRecipientsChanged(() => void session.recipientsChanged());
  await session.start();
}

function name(title: string, locale: string): void {
  document.documentElement.lang = locale;
  document.title = title;
  document.getElementById("title")?.append(title);
}

// Never a precondition: a person without a token is a claimed sender, not a stranger.
async function token(host: Host, config: Config): Promise<string | null> {
  const entra = config.entra;
  if (!entra) {
    return null;
  }
  // Without it Office's own sign-in is asked.
  await import("./identity.js").catch(() => undefined);
  return host.token(entra).catch(() => null);
}

void start();

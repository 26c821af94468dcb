/** Runs on every page of Gmail before Gmail itself: puts the parts together. */

import type { Actions } from "@atesaki/common/src/view/warning.ts";
import { Answers } from "./answers.ts";
import { DomAdapter } from "./dom/adapter.ts";
import { ShadowDialog, keepKeysFromGmail } from "./dialog.ts";
import { InboxSdkAdapter } from "./inboxsdk/adapter.ts";
import type { Sdk } from "./inboxsdk/adapter.ts";
import { linkTo } from "./link.ts";
import { PressOfSend } from "./press_of_send.ts";
import type { Guard } from "./guard.ts";
import type { SendKind } from "./compose.ts";
import { Watch } from "./watch.ts";
import { localeOf, wordsFor } from "./words.ts";

interface Guarding {
  /** Whether InboxSDK is being loaded, which happens once a page. */
  loads: boolean;
  useInboxSdk(sdk: Sdk): void;
  withoutInboxSdk(failed: boolean): void;
}

declare global {
  /** Where the second script of this extension on the page hands over InboxSDK, once it has loaded. */
  var atesaki: Guarding | undefined;
}

// Twice on one page while Chrome installs the extension: by the manifest, and by the worker for pages that are open.
// Two guards would each take the other's press of Send for the sender's.
globalThis.atesaki ??= guardPage();

function guardPage(): Guarding {
  const watch = watched();
  let sdk: InboxSdkAdapter | null = null;
  keepKeysFromGmail();
  watch.use(new DomAdapter((root) => sdk?.owns(root) ?? false));
  return {
    loads: false,
    useInboxSdk(loaded) {
      sdk = new InboxSdkAdapter(loaded);
      watch.use(sdk);
      watch.started(null);
    },
    withoutInboxSdk(failed) {
      watch.started(failed ? "inboxsdk_failed" : null);
    },
  };
}

function watched(): Watch {
  const worker = linkTo(() => chrome.runtime);
  const clock = () => performance.now();
  const answers = new Answers(clock);
  // Gmail has set its language by the time that somebody writes a mail, not yet when this script starts.
  const locale = () => localeOf(document.documentElement.lang);

  function press(guard: Guard, kind: SendKind): Promise<void> {
    const spoken = locale();
    const strings = wordsFor(spoken);
    const surroundings = {
      worker,
      answers,
      strings,
      dialog: (actions: Actions) =>
        new ShadowDialog(
          { strings, locale: spoken, internalDomains: () => watch.guidance.rule.internalDomains },
          actions,
        ),
      guidance: () => watch.guidance,
      ready: () => watch.ready(),
      message: (each: Guard) => watch.message(each.compose),
      ask: watch.ask.bind(watch),
      now: () => new Date(),
      clock,
    };
    return new PressOfSend(surroundings, guard, kind).run();
  }

  const watch = new Watch({ worker, answers, locale, clock, press });
  return watch;
}

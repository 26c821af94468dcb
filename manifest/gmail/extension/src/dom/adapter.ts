/** Our own adapter: listens in front of Gmail on the window, so it also sees pop-outs and what InboxSDK doesn't know. */

import type { Compose, ComposeAdapter, Departure, Draft, Listener, Problem, SendKind } from "../compose.ts";
import { Unreadable } from "../compose.ts";
import type { Field } from "@atesaki/common/src/wire.ts";
import { departureOf } from "./departure.ts";
import { composeRoots, frameOf, pressable } from "./page.ts";
import { press } from "./press.ts";
import { Presses } from "./presses.ts";
import { readDraft, seenInThread } from "./reading.ts";
import { writeRecipients } from "./writing.ts";

const QUIET = 150;

class DomCompose implements Compose {
  readonly #seen: readonly string[];
  #pressed = 0;

  constructor(readonly root: HTMLElement) {
    this.#seen = seen(root);
  }

  read(): Draft {
    return readDraft(this.root, this.#seen);
  }

  setRecipients(field: Field, addresses: readonly string[]): Promise<void> {
    return writeRecipients(this.root, field, addresses);
  }

  resend(kind: SendKind): void {
    const button = pressable(this.root, kind);
    // Of a mail that Gmail took off the page (a reply moved to a window of its own) the button would be heard by Gmail alone.
    if (!button?.isConnected) {
      throw new Unreadable("send_button_missing");
    }
    this.#pressed = performance.now();
    press(button);
  }

  departure(): Promise<Departure> {
    return departureOf(this.root, this.#pressed);
  }
}

function seen(root: HTMLElement): readonly string[] {
  try {
    return seenInThread(root);
  } catch {
    return [];
  }
}

export class DomAdapter implements ComposeAdapter {
  readonly name = "dom";
  readonly #mails = new Map<HTMLElement, DomCompose>();
  #listener: Listener | null = null;
  #waiting = false;

  /** `taken` tells which mails another adapter watches. */
  constructor(private readonly taken: (root: Element) => boolean) {}

  start(listener: Listener): void {
    this.#listener = listener;
    new Presses(listener, this.#mailAt);
    window.addEventListener("input", this.#onChange, true);
    const watched = { childList: true, subtree: true, attributeFilter: ["data-hovercard-id", "data-name"] };
    new MutationObserver(this.#onChange).observe(document, watched);
    this.#scan();
  }

  owns(root: Element): boolean {
    return !this.taken(root);
  }

  problem(): Problem | null {
    for (const mail of this.#mails.values()) {
      const problem = problemOf(mail);
      if (problem) {
        return problem;
      }
    }
    return null;
  }

  readonly #mailAt = (target: Node | null): DomCompose | null => {
    const roots = composeRoots(document);
    // Gmail takes its shortcut anywhere in the window of a mail, its header too.
    const root =
      roots.find((each) => each.contains(target)) ?? roots.find((each) => frameOf(each).contains(target));
    return root && this.owns(root) ? this.#mail(root) : null;
  };

  #mail(root: HTMLElement): DomCompose {
    const known = this.#mails.get(root);
    if (known) {
      return known;
    }
    const mail = new DomCompose(root);
    this.#mails.set(root, mail);
    this.#listener?.opened(mail);
    return mail;
  }

  readonly #onChange = (): void => {
    if (!this.#waiting) {
      this.#waiting = true;
      setTimeout(() => {
        this.#waiting = false;
        this.#scan();
      }, QUIET);
    }
  };

  #scan(): void {
    const roots = composeRoots(document).filter((each) => this.owns(each));
    for (const [root, mail] of this.#mails) {
      if (!roots.includes(root)) {
        this.#mails.delete(root);
        this.#listener?.closed(mail);
      }
    }
    for (const root of roots) {
      this.#listener?.changed(this.#mail(root));
    }
  }
}

/** What keeps a mail from being guarded, or null. */
export function problemOf(mail: Compose): Problem | null {
  if (!pressable(mail.root, "send")) {
    return "send_button_missing";
  }
  try {
    mail.read();
    return null;
  } catch (error) {
    return error instanceof Unreadable ? error.problem : "recipients_unreadable";
  }
}

/** Our own dialog over Gmail: a modal in a shadow root, which Gmail's styles, keys and scripts don't reach. */

import type { Strings } from "@atesaki/common/src/strings.ts";
import { element } from "@atesaki/common/src/view/element.ts";
import type { Actions, Shown } from "@atesaki/common/src/view/warning.ts";
import { describeFirst, primary, verdict, warningView } from "@atesaki/common/src/view/warning.ts";
import type { Locale } from "@atesaki/common/src/wire.ts";
import site from "../../../../backend/atesaki/console/static/atesaki.css";
import view from "@atesaki/common/src/view/view.css";
import own from "./dialog.css";
import type { Dialog } from "./surroundings.ts";
import { trustedOnly } from "./trusted.ts";

export interface Setting {
  readonly strings: Strings;
  readonly locale: Locale;
  internalDomains(): readonly string[];
}

const KEYS = ["keydown", "keypress", "keyup"] as const;

let styles: CSSStyleSheet | null = null;

// The site's tokens stand on the page's root; a shadow root's is its host.
function sheet(): CSSStyleSheet {
  if (!styles) {
    styles = new CSSStyleSheet();
    styles.replaceSync([own, site.replaceAll(":root", ":host"), view].join("\n"));
  }
  return styles;
}

/** Gmail's shortcuts listen on the page; a key pressed while our dialog is open must not archive a mail. */
export function keepKeysFromGmail(): void {
  for (const type of KEYS) {
    window.addEventListener(
      type,
      (event) => {
        // Not only those on it: what had the focus in the dialog may just have gone.
        if (!document.querySelector(`[${HOST}]`)) {
          return;
        }
        event.stopImmediatePropagation();
        if (isHeldPress(event)) {
          event.preventDefault();
        }
      },
      true,
    );
  }
}

// Who holds Enter on Send would else press one button of the dialog after the other, unread.
function isHeldPress(event: KeyboardEvent): boolean {
  const presses = event.key === "Enter" || event.key === " ";
  return event.repeat && presses && !(event.composedPath()[0] instanceof HTMLTextAreaElement);
}

const HOST = "data-atesaki";

export class ShadowDialog implements Dialog {
  #host: HTMLElement | null = null;
  #dialog: HTMLDialogElement | null = null;
  #draw: (shown: Shown) => void = () => undefined;
  #room: HTMLElement | null = null;

  constructor(
    private readonly setting: Setting,
    private readonly actions: Actions,
  ) {}

  get isOpen(): boolean {
    return this.#host !== null;
  }

  show(shown: Shown): void {
    if (!this.#host) {
      this.#open();
    }
    this.#draw(shown);
    if (!this.#host?.shadowRoot?.activeElement) {
      this.#room?.focus();
    }
  }

  showReload(): void {
    if (!this.#host) {
      this.#open();
    }
    const { strings } = this.setting;
    const reload = primary(strings.reload, () => {
      location.reload();
    });
    const ways = element("p", { class: "ways" }, reload);
    this.#room?.replaceChildren(verdict("warn", strings.outOfDate, strings.reloadFirst), ways);
    describeFirst(this.#dialog ?? ways);
    reload.focus();
  }

  /** The focus goes back to where the sender was; on the page itself the next key would be a shortcut of Gmail. */
  close(): void {
    const host = this.#host;
    this.#host = null;
    this.#dialog?.close();
    this.#dialog = null;
    host?.remove();
  }

  #open(): void {
    const { strings, locale } = this.setting;
    // Gmail may be written from right to left, our languages never are, and `all` leaves the direction as it is.
    this.#host = element("div", { [HOST]: "", lang: locale, dir: "ltr" });
    const root = this.#host.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [sheet()];
    trustedOnly(root);
    const title = element("h1", { id: "title" }, strings.title);
    this.#room = element("div", { class: "room", tabindex: "-1" });
    this.#dialog = element(
      "dialog",
      { "aria-labelledby": "title", oncancel: this.#cancel, onclose: this.#closed },
      title,
      this.#room,
    );
    root.append(this.#dialog);
    document.documentElement.append(this.#host);
    this.#draw = warningView(this.#room, {
      strings,
      internalDomains: this.setting.internalDomains(),
      actions: this.actions,
    });
    this.#dialog.showModal();
  }

  // Escape keeps the draft, which is the safe way out.
  readonly #cancel = (event: Event): void => {
    event.preventDefault();
    this.actions.keepDraft();
  };

  // The browser closes a dialog at the second Escape in a row, cancelled or not; out of sight it would hold Send for ever.
  readonly #closed = (event: Event): void => {
    if (this.#dialog && event.target === this.#dialog) {
      this.#dialog.showModal();
      this.actions.keepDraft();
    }
  };
}

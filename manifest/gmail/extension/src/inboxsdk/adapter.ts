/** The adapter on InboxSDK, which follows Gmail's changes for us; a mail it doesn't know stays with our own. */

import type { Field } from "@atesaki/common/src/wire.ts";
import type {
  Compose,
  ComposeAdapter,
  Departure,
  Draft,
  Entry,
  Listener,
  Problem,
  SendKind,
} from "../compose.ts";
import { Unreadable } from "../compose.ts";
import { problemOf } from "../dom/adapter.ts";
import { departureOf } from "../dom/departure.ts";
import { frameOf, recipientRow, rootOf } from "../dom/page.ts";
import { Presses } from "../dom/presses.ts";
import { readContent, readTyped, seenInThread } from "../dom/reading.ts";
import { clearTyped, confirmed, open } from "../dom/writing.ts";

interface Contact {
  readonly name?: string | null;
  readonly emailAddress: string;
}

interface Cancelable {
  cancel(): void;
}

/** The part of InboxSDK's ComposeView that is used. */
export interface ComposeView {
  getElement(): HTMLElement;
  getFromContact(): Contact;
  getToRecipients(): Contact[];
  getCcRecipients(): Contact[];
  getBccRecipients(): Contact[];
  setToRecipients(addresses: string[]): void;
  setCcRecipients(addresses: string[]): void;
  setBccRecipients(addresses: string[]): void;
  send(options?: { sendAndArchive: boolean }): void;
  openScheduleSendMenu(): void;
  on(event: "presending" | "scheduleSendMenuOpening", listener: (event: Cancelable) => void): unknown;
  on(event: "recipientsChanged" | "destroy", listener: () => void): unknown;
}

/** The part of InboxSDK that is used. */
export interface Sdk {
  readonly Compose: { registerComposeViewHandler(handler: (view: ComposeView) => void): unknown };
}

class SdkCompose implements Compose {
  readonly #seen: readonly string[];
  #root: HTMLElement;
  #pressed = 0;

  constructor(private readonly view: ComposeView) {
    this.#root = rootIn(view.getElement());
    this.#seen = seenInThread(this.#root);
  }

  // Found anew where Gmail has built the inside of the window again.
  get root(): HTMLElement {
    if (!this.#root.isConnected) {
      this.#root = rootIn(this.view.getElement());
    }
    return this.#root;
  }

  read(): Draft {
    const { emailAddress } = this.view.getFromContact();
    return {
      sender: { emailAddress, displayName: "" },
      to: this.#field("to", this.view.getToRecipients()),
      cc: this.#field("cc", this.view.getCcRecipients()),
      bcc: this.#field("bcc", this.view.getBccRecipients()),
      ...readContent(this.root, this.#seen),
    };
  }

  // InboxSDK knows only what has become a recipient, not what is still being typed.
  #field(field: Field, contacts: readonly Contact[]): Entry[] {
    const row = recipientRow(this.root, field);
    if (!row && field === "to") {
      throw new Unreadable("recipients_missing");
    }
    return [...contacts.map(entryOf), ...(row ? readTyped(row) : [])];
  }

  async setRecipients(field: Field, addresses: readonly string[]): Promise<void> {
    open(this.root, field);
    const row = recipientRow(this.root, field);
    if (row) {
      clearTyped(row);
    }
    const set = { to: "setToRecipients", cc: "setCcRecipients", bcc: "setBccRecipients" } as const;
    this.view[set[field]]([...addresses]);
    await confirmed(this.root, field, addresses);
  }

  resend(kind: SendKind): void {
    if (!this.root.isConnected) {
      throw new Unreadable("send_button_missing");
    }
    this.#pressed = performance.now();
    if (kind === "schedule") {
      this.view.openScheduleSendMenu();
    } else {
      this.view.send({ sendAndArchive: kind === "send_and_archive" });
    }
  }

  departure(): Promise<Departure> {
    return departureOf(this.#root, this.#pressed);
  }
}

function rootIn(element: HTMLElement): HTMLElement {
  const mark = element.querySelector<HTMLElement>('input[name="composeid"]');
  return mark ? rootOf(mark) : element;
}

function entryOf({ name, emailAddress }: Contact): Entry {
  const address = emailAddress || name;
  if (!address) {
    throw new Unreadable("recipients_unreadable");
  }
  return { emailAddress: address, displayName: name ?? "" };
}

export class InboxSdkAdapter implements ComposeAdapter {
  readonly name = "inboxsdk";
  readonly #mails = new Set<SdkCompose>();

  constructor(private readonly sdk: Sdk) {}

  start(listener: Listener): void {
    // InboxSDK hears only the buttons that stood there when it found the mail, and no schedule that we press ourselves.
    const presses = new Presses(listener, this.#mailAt);
    this.sdk.Compose.registerComposeViewHandler((view) => {
      this.#watch(view, listener, presses);
    });
  }

  owns(root: Element): boolean {
    return [...this.#mails].some((each) => each.root.contains(root) || root.contains(each.root));
  }

  problem(): Problem | null {
    const problems = [...this.#mails].map(problemOf);
    return problems.find((each) => each !== null) ?? null;
  }

  readonly #mailAt = (target: Node | null): SdkCompose | null =>
    [...this.#mails].find((each) => frameOf(each.root).contains(target)) ?? null;

  #watch(view: ComposeView, listener: Listener, presses: Presses): void {
    const mail = new SdkCompose(view);
    const attempted = (event: Cancelable, kind: SendKind) => {
      if (presses.answered(mail, kind) === "stop") {
        event.cancel();
      }
    };
    // Its event doesn't say which button was pressed; where ours are known, that was answered before.
    view.on("presending", (event) => {
      attempted(event, "send");
    });
    view.on("scheduleSendMenuOpening", (event) => {
      attempted(event, "schedule");
    });
    view.on("recipientsChanged", () => {
      listener.changed(mail);
    });
    view.on("destroy", () => {
      this.#mails.delete(mail);
      listener.closed(mail);
    });
    this.#mails.add(mail);
    listener.opened(mail);
  }
}

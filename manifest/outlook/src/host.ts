/** The one access to Office.js: every call is a promise with a deadline, and its values are ours. */

import { within } from "@atesaki/common/src/within.ts";
import type { Field } from "@atesaki/common/src/wire.ts";
import type { Entra } from "./config.ts";

/** A recipient as Outlook gives it; a personal contact group has an empty `emailAddress`. */
export interface Entry {
  readonly emailAddress: string;
  readonly displayName: string;
  readonly recipientType?: string;
}

export interface AttachmentEntry {
  readonly name: string;
  readonly size: number;
  readonly isInline: boolean;
  readonly attachmentType?: string;
}

export type ItemKind = "message" | "appointment";

export interface Host {
  platform(): string;
  language(): string;
  /** `unknown` is the answer of a client that doesn't tell. */
  supports(mailboxSet: string, unknown?: boolean): boolean;
  itemKind(): ItemKind | null;
  account(): string;
  readFrom(): Promise<Entry>;
  readRecipients(field: Field): Promise<Entry[]>;
  addRecipients(field: Field, entries: readonly Entry[]): Promise<void>;
  setRecipients(field: Field, entries: readonly Entry[]): Promise<void>;
  readSubject(): Promise<string>;
  readBody(): Promise<string>;
  readAttachments(): Promise<AttachmentEntry[]>;
  readComposeType(): Promise<string>;
  readSession(key: string): Promise<string | null>;
  writeSession(key: string, value: string): Promise<void>;
  readSetting(key: string): unknown;
  writeSetting(key: string, value: unknown): Promise<void>;
  showInfo(text: string): Promise<void>;
  hideInfo(): Promise<void>;
  readContext(): Promise<string | null>;
  onContextChanged(handler: () => void): void;
  onRecipientsChanged(handler: () => void): void;
  token(entra: Entra): Promise<string>;
}

// Put there by pane/identity.ts, where a page has loaded it: never in the engine of classic Outlook.
declare const atesakiNestedToken: ((entra: Entra) => Promise<string>) | undefined;

// Not in @types/office-js; undefined on clients without it, which is a rejection like any other.
declare const OfficeRuntime: {
  readonly auth: { getAccessToken(options: Record<string, boolean>): Promise<string> };
};

type Callback<T> = (result: { status: unknown; value: T; error?: unknown }) => void;
type Call<T> = (callback: Callback<T>) => void;

const INFO_KEY = "atesaki";
const PLATFORMS: Record<string, string> = { OfficeOnline: "web", PC: "windows", Mac: "mac", iOS: "ios" };

/** Office.js as promises; `limits` are milliseconds for one call, one small write and the token. */
export function officeHost(limits: { read: number; write: number; token: number }): Host {
  const ask = <T>(call: Call<T>) => promised(limits.read, call);
  const tell = (call: Call<void>) => promised(limits.write, call);
  const token = (entra: Entra) => within(limits.token, () => anyToken(entra), new Error("No token in time"));
  const parts = [
    environment(),
    recipients(ask),
    content(ask),
    memory(ask, tell),
    notices(ask, tell),
    { token },
  ];
  return Object.assign({}, ...parts) as Host;
}

function promised<T>(milliseconds: number, call: Call<T>): Promise<T> {
  const work = () =>
    new Promise<T>((resolve, reject) => {
      call((result) => {
        if (String(result.status) === "succeeded") {
          resolve(result.value);
        } else {
          reject(new Error("Office refused the call"));
        }
      });
    });
  return within(milliseconds, work, new Error("Office gave no answer in time"));
}

function environment(): Pick<Host, "platform" | "language" | "supports" | "itemKind" | "account"> {
  return {
    platform: () => PLATFORMS[String(Office.context.platform)] || "unknown",
    language: () => String(Office.context.displayLanguage),
    supports,
    itemKind,
    account: () => Office.context.mailbox.userProfile.emailAddress,
  };
}

// Classic Outlook has been reported to have no `requirements` at times (office-js issue 5091).
function supports(set: string, unknown = false): boolean {
  try {
    return Office.context.requirements.isSetSupported("Mailbox", set);
  } catch {
    return unknown;
  }
}

function itemKind(): ItemKind | null {
  const mailbox = Office.context.mailbox as Office.Mailbox | undefined;
  const item = mailbox && mailbox.item;
  if (!item) {
    return null;
  }
  if (String(item.itemType) === "appointment") {
    return "appointment";
  }
  return "message";
}

function message(): Office.MessageCompose {
  return Office.context.mailbox.item as unknown as Office.MessageCompose;
}

function appointment(): Office.AppointmentCompose {
  return Office.context.mailbox.item as unknown as Office.AppointmentCompose;
}

// A meeting's required and optional attendees are its To and Cc; it has no Bcc.
function list(field: Field): Office.Recipients {
  if (itemKind() !== "appointment") {
    return message()[field];
  }
  if (field === "bcc") {
    throw new Error("A meeting has no Bcc");
  }
  if (field === "to") {
    return appointment().requiredAttendees;
  }
  return appointment().optionalAttendees;
}

type Ask = <T>(call: Call<T>) => Promise<T>;
type Tell = (call: Call<void>) => Promise<void>;

function recipients(ask: Ask): Pick<Host, "readFrom" | "readRecipients" | "addRecipients" | "setRecipients"> {
  const read = (field: Field) =>
    ask<Entry[]>((done) => {
      list(field).getAsync(done as never);
    });
  return {
    readFrom: () =>
      ask<Entry>((done) => {
        from().getAsync(done as never);
      }),
    readRecipients: (field) => {
      if (field === "bcc" && itemKind() === "appointment") {
        return Promise.resolve([]);
      }
      return read(field);
    },
    addRecipients: (field, entries) =>
      ask((done) => {
        list(field).addAsync(entries.slice(), done);
      }),
    setRecipients: (field, entries) =>
      ask((done) => {
        list(field).setAsync(entries.slice(), done);
      }),
  };
}

function from(): { getAsync(done: never): void } {
  if (itemKind() === "appointment") {
    return appointment().organizer;
  }
  return message().from;
}

type Content = Pick<Host, "readSubject" | "readBody" | "readAttachments" | "readComposeType">;

function content(ask: Ask): Content {
  return {
    readSubject: () =>
      ask((done) => {
        message().subject.getAsync(done);
      }),
    readBody: () =>
      ask((done) => {
        message().body.getAsync("text", done);
      }),
    readAttachments: () =>
      ask((done) => {
        message().getAttachmentsAsync(done as never);
      }),
    readComposeType: () =>
      ask<{ composeType: string }>((done) => {
        message().getComposeTypeAsync(done);
      }).then((kind) => String(kind.composeType)),
  };
}

type Memory = Pick<Host, "readSession" | "writeSession" | "readSetting" | "writeSetting">;

function memory(ask: Ask, tell: Tell): Memory {
  return {
    // An unknown key is a failure on some clients and null on others (outlook.md §9.1): both are "absent".
    readSession: (key) =>
      ask<string>((done) => {
        message().sessionData.getAsync(key, done);
      }).then(
        (value) => value || null,
        () => null,
      ),
    writeSession: (key, value) =>
      tell((done) => {
        message().sessionData.setAsync(key, value, done);
      }),
    readSetting: (key) => Office.context.roamingSettings.get(key) as unknown,
    writeSetting: (key, value) =>
      tell((done) => {
        Office.context.roamingSettings.set(key, value);
        Office.context.roamingSettings.saveAsync(done);
      }),
  };
}

type Notices = Pick<
  Host,
  "showInfo" | "hideInfo" | "readContext" | "onContextChanged" | "onRecipientsChanged"
>;

function notices(ask: Ask, tell: Tell): Notices {
  return {
    showInfo: (text) =>
      tell((done) => {
        message().notificationMessages.replaceAsync(INFO_KEY, information(text), done);
      }),
    hideInfo: () =>
      tell((done) => {
        message().notificationMessages.removeAsync(INFO_KEY, done);
      }),
    readContext: () =>
      ask<unknown>((done) => {
        message().getInitializationContextAsync(done as never);
      }).then(contextText),
    onContextChanged: (handler) => {
      listen("InitializationContextChanged", handler);
    },
    onRecipientsChanged: (handler) => {
      listen("RecipientsChanged", handler);
    },
  };
}

// Some clients hand back the string that the handler gave, some the object that they parsed from it.
function contextText(value: unknown): string | null {
  if (typeof value === "string") {
    return value || null;
  }
  return JSON.stringify(value || null);
}

function information(text: string): Office.NotificationMessageDetails {
  return { type: "informationalMessage", message: text, icon: "Icon.16", persistent: true };
}

// Office.js names every event, and a client below the event's requirement set throws at its name; without an item
// nobody listens.
function listen(event: "InitializationContextChanged" | "RecipientsChanged", handler: () => void): void {
  try {
    message().addHandlerAsync(Office.EventType[event], handler);
  } catch {
    // Nothing is lost: what Outlook doesn't tell is looked for when the sender asks.
  }
}

function anyToken(entra: Entra): Promise<string> {
  if (typeof atesakiNestedToken === "function") {
    return atesakiNestedToken(entra).catch(officeToken);
  }
  return officeToken();
}

function officeToken(): Promise<string> {
  return OfficeRuntime.auth.getAccessToken({ allowSignInPrompt: false, allowConsentPrompt: false });
}

/** A draft as Office.js shows it: recipients with their limits, content, session data and info bars. */

import type { Calls } from "./calls.ts";
import { refuse } from "./calls.ts";
import type { Profile } from "./profiles.ts";
import { WRITE_CAP } from "./profiles.ts";

export interface FakeEntry {
  emailAddress: string;
  displayName: string;
  recipientType?: string;
}

export interface Draft {
  itemType: "message" | "appointment";
  /** Null where Outlook says nothing of it, although the call succeeds. */
  from: FakeEntry | null;
  to: FakeEntry[];
  cc: FakeEntry[];
  bcc: FakeEntry[];
  subject: string;
  body: string;
  attachments: { id: string; name: string; size: number; attachmentType: string; isInline: boolean }[];
  composeType: "newMail" | "reply" | "forward";
  session: Map<string, string>;
  notices: Map<string, string>;
  context: string | null;
}

export function draft(given: Partial<Draft> = {}): Draft {
  return {
    itemType: "message",
    from: { emailAddress: "staff@hall.example", displayName: "職員" },
    to: [],
    cc: [],
    bcc: [],
    subject: "お知らせ",
    body: "本文",
    attachments: [],
    composeType: "newMail",
    session: new Map(),
    notices: new Map(),
    context: null,
    ...given,
  };
}

/** Entries for the addresses, as people outside that Outlook resolved. */
export function entries(...addresses: string[]): FakeEntry[] {
  return addresses.map((emailAddress) => ({ emailAddress, displayName: "", recipientType: "externalUser" }));
}

interface Surroundings {
  readonly calls: Calls;
  readonly profile: Profile;
  recipientsWritten(field: string): void;
  listen(event: string, handler: (args: unknown) => void): void;
}

/** The `Office.context.mailbox.item` of the draft. */
export function fakeItem(state: Draft, around: Surroundings): Record<string, unknown> {
  const { calls } = around;
  const getter = (name: string, value: () => unknown) => ({
    getAsync: (...args: unknown[]) => {
      calls.answer(`${name}.getAsync`, args, value);
    },
  });
  const method =
    (name: string, work: (given: readonly unknown[]) => unknown) =>
    (...args: unknown[]) => {
      calls.answer(name, args, work);
    };
  return {
    itemType: state.itemType,
    conversationId: "conversation",
    ...fields(state, around),
    ...senders(state, getter),
    subject: getter("subject", () => state.subject.slice(0, 255)),
    body: getter("body", () => state.body),
    getAttachmentsAsync: method("getAttachmentsAsync", () => state.attachments),
    getComposeTypeAsync: method("getComposeTypeAsync", () => ({ composeType: state.composeType })),
    getInitializationContextAsync: method("getInitializationContextAsync", () => state.context ?? ""),
    addHandlerAsync: (event: string, handler: (args: unknown) => void) => {
      if (event === "InitializationContextChanged" && around.profile.mailboxSet < 15) {
        refuse(5000, "OperationNotSupported");
      }
      around.listen(event, handler);
    },
    sessionData: session(state, around, method),
    notificationMessages: notices(state, method),
  };
}

type Getter = (name: string, value: () => unknown) => object;
type Method = (name: string, work: (given: readonly unknown[]) => unknown) => (...args: unknown[]) => void;

function senders(state: Draft, getter: Getter): object {
  if (state.itemType === "appointment") {
    return { organizer: getter("organizer", () => state.from) };
  }
  return { from: getter("from", () => state.from && { ...state.from, recipientType: undefined }) };
}

function fields(state: Draft, around: Surroundings): object {
  if (state.itemType === "appointment") {
    return {
      requiredAttendees: recipients(state, "to", around),
      optionalAttendees: recipients(state, "cc", around),
    };
  }
  return {
    to: recipients(state, "to", around),
    cc: recipients(state, "cc", around),
    bcc: recipients(state, "bcc", around),
  };
}

function recipients(state: Draft, field: "to" | "cc" | "bcc", around: Surroundings): object {
  const { calls, profile } = around;
  const write = (given: readonly unknown[], before: readonly FakeEntry[]) => {
    const added = (given[0] as FakeEntry[]).map((each) => ({ recipientType: "externalUser", ...each }));
    refuseBadWrite(added, before, profile);
    state[field] = [...before, ...added];
    around.recipientsWritten(field);
  };
  return {
    getAsync: (...args: unknown[]) => {
      calls.answer(`${field}.getAsync`, args, () => structuredClone(state[field].slice(0, profile.readCap)));
    },
    addAsync: (...args: unknown[]) => {
      calls.answer(`${field}.addAsync`, args, (given) => {
        write(given, state[field]);
      });
    },
    setAsync: (...args: unknown[]) => {
      calls.answer(`${field}.setAsync`, args, (given) => {
        write(given, []);
      });
    },
  };
}

function refuseBadWrite(added: readonly FakeEntry[], before: readonly FakeEntry[], profile: Profile): void {
  if (added.length > WRITE_CAP || added.length + before.length > profile.fieldCap) {
    refuse(9006, "NumberOfRecipientsExceeded");
  }
  if (added.some((each) => !each.emailAddress)) {
    refuse(5010, "InvalidParameter");
  }
}

function session(state: Draft, around: Surroundings, method: Method): object {
  return {
    getAsync: method(
      "sessionData.getAsync",
      ([key]) => state.session.get(String(key)) ?? refuse(9020, "KeyNotFound"),
    ),
    setAsync: method("sessionData.setAsync", ([key, value]) => {
      if (String(value).length > around.profile.sessionLimit) {
        refuse(9057, "SizeExceeded");
      }
      state.session.set(String(key), String(value));
    }),
  };
}

function notices(state: Draft, method: Method): object {
  return {
    replaceAsync: method("notificationMessages.replaceAsync", ([key, details]) => {
      const { message } = details as { message: string };
      if (String(key).length > 32 || message.length > 150 || state.notices.size >= 5) {
        refuse(9018, "InvalidNotification");
      }
      state.notices.set(String(key), message);
    }),
    removeAsync: method("notificationMessages.removeAsync", ([key]) => {
      if (!state.notices.delete(String(key))) {
        refuse(9020, "NotificationKeyNotFound");
      }
    }),
  };
}

/** What the real clients can and can't do, as one value each (outlook.md §1.3, §2.2). */

export interface Profile {
  readonly name: string;
  /** `Office.context.platform`; new Outlook on Windows says OfficeOnline too. */
  readonly platform: "PC" | "OfficeOnline" | "Mac";
  readonly mailboxSet: number;
  readonly readCap: number;
  readonly fieldCap: number;
  /** Whether changing recipients while a send handler runs kills that handler (outlook.md §0.7). */
  readonly writesKillSend: boolean;
  readonly sessionLimit: number;
  /** Whether its handlers read roaming settings as they were when Outlook started (outlook.md §4.1). */
  readonly staleSettings?: boolean;
}

const CLASSIC: Profile = {
  name: "classic Outlook on Windows",
  platform: "PC",
  mailboxSet: 16,
  readCap: 1000,
  fieldCap: 1000,
  writesKillSend: false,
  sessionLimit: 2_621_440,
};

const OLDER = { readCap: 500, fieldCap: 500, sessionLimit: 50_000 };

export const PROFILES = {
  classic: CLASSIC,
  classic_stale: { ...CLASSIC, staleSettings: true },
  classic_1_15: { ...CLASSIC, ...OLDER, mailboxSet: 15 },
  ltsc_2024: { ...CLASSIC, ...OLDER, mailboxSet: 14 },
  classic_1_12: { ...CLASSIC, ...OLDER, mailboxSet: 12 },
  web: {
    ...CLASSIC,
    name: "Outlook on the web",
    platform: "OfficeOnline",
    fieldCap: Infinity,
    writesKillSend: true,
  },
  mac: {
    ...CLASSIC,
    name: "Outlook on Mac",
    platform: "Mac",
    mailboxSet: 14,
    readCap: Infinity,
    fieldCap: Infinity,
  },
  mac_classic: { ...CLASSIC, ...OLDER, name: "the classic interface on Mac", platform: "Mac", mailboxSet: 8 },
} satisfies Record<string, Profile>;

/** Most recipients that one write takes, on every client. */
export const WRITE_CAP = 100;

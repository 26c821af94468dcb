/** Changes recipients without ever losing one: add first, read back, then clear; on any doubt put it back. */

import type { Field } from "../wire.ts";

/** A recipient as a mail client gives it; a group that only the sender knows has an empty `emailAddress`. */
export interface Entry {
  readonly emailAddress: string;
  readonly displayName: string;
}

/** The part of a mail client that reads and writes recipients; a write may still need to be confirmed. */
export interface Writer {
  readRecipients(field: Field): Promise<Entry[]>;
  addRecipients(field: Field, entries: readonly Entry[]): Promise<void>;
  setRecipients(field: Field, entries: readonly Entry[]): Promise<void>;
}

export type Lists = Readonly<Record<Field, readonly Entry[]>>;

/** What a fix did, enough to undo it even after the sender changed other recipients. */
export interface Change {
  readonly left: Lists;
  readonly addedToBcc: readonly Entry[];
  readonly addedSender: Entry | null;
}

/** Why nothing was changed. */
export type FixProblem = "too_many" | "group_in_field" | "failed";

export class FixError extends Error {
  constructor(readonly problem: FixProblem) {
    super(problem);
  }
}

/** Most recipients that one write takes (outlook.md §2.2). */
const CHUNK = 100;
const FIELDS: readonly Field[] = ["to", "cc", "bcc"];
const NOBODY: Lists = { to: [], cc: [], bcc: [] };

/**
 * Moves the addresses from To and Cc to Bcc; an empty To gets the sender.
 *
 * `cap` is the most recipients that this client tells of a field: a list of that length may be longer,
 * and writing it back would drop the rest. Throws FixError; the recipients are then as before,
 * unless the client refused that, too: then people may stand in two fields.
 */
export async function moveToBcc(
  host: Writer,
  addresses: readonly string[],
  sender: Entry,
  cap: number,
): Promise<Change> {
  const before = await readable(host, cap);
  const left = { ...leaving(before, addresses), bcc: [] };
  const addedToBcc = without(unique([...left.to, ...left.cc]), before.bcc);
  if (before.bcc.length + addedToBcc.length >= cap) {
    throw new FixError("too_many");
  }
  const substitute = sender.emailAddress ? [sender] : [];
  const added = { ...NOBODY, to: without(substitute, before.to), bcc: addedToBcc };
  const to = await changed(host, before, added, async () => {
    await append(host, "bcc", addedToBcc);
    await verified(host, "bcc", addedToBcc);
    const stayed = await takenOut(host, "to", before, left, substitute);
    await takenOut(host, "cc", before, left);
    return stayed;
  });
  return { left, addedToBcc, addedSender: to === substitute ? (substitute[0] ?? null) : null };
}

/** Takes the addresses out of every field. Throws FixError; the recipients are then as before. */
export async function removeRecipients(
  host: Writer,
  addresses: readonly string[],
  cap: number,
): Promise<Change> {
  const before = await readable(host, cap);
  const left = leaving(before, addresses);
  await changed(host, before, NOBODY, async () => {
    for (const field of FIELDS) {
      await takenOut(host, field, before, left);
    }
  });
  return { left, addedToBcc: [], addedSender: null };
}

/** Puts back what the change took away, and nothing else: later edits of the sender stay. */
export async function undo(host: Writer, change: Change, cap: number): Promise<void> {
  const before = await readable(host, cap);
  const sender = change.addedSender ? without([change.addedSender], change.left.to) : [];
  const back = perField((field) => without(change.left[field], before[field]));
  await changed(host, before, back, async () => {
    for (const field of FIELDS) {
      await append(host, field, back[field]);
      await verified(host, field, back[field]);
    }
    const whole = perField((field) => [...before[field], ...back[field]]);
    const gone = { to: sender, cc: [], bcc: change.addedToBcc };
    await takenOut(host, "to", whole, gone);
    await takenOut(host, "bcc", whole, gone);
  });
}

/** Recipients that a fix may write back: complete, and without contact groups, which Outlook refuses (5010). */
async function readable(host: Writer, cap: number): Promise<Lists> {
  const lists = await readAll(host);
  if (FIELDS.some((field) => lists[field].length >= cap)) {
    throw new FixError("too_many");
  }
  if (FIELDS.some((field) => lists[field].some((each) => !each.emailAddress))) {
    throw new FixError("group_in_field");
  }
  return lists;
}

async function readAll(host: Writer): Promise<Lists> {
  try {
    const [to = [], cc = [], bcc = []] = await Promise.all(FIELDS.map((field) => host.readRecipients(field)));
    return { to, cc, bcc };
  } catch {
    throw new FixError("failed");
  }
}

async function changed<Result>(
  host: Writer,
  before: Lists,
  added: Lists,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch {
    await restored(host, before, added);
    throw new FixError("failed");
  }
}

// Whoever is missing comes back before anybody is taken out again: what fails halfway leaves people twice, not nowhere.
async function restored(host: Writer, before: Lists, added: Lists): Promise<void> {
  const whole: Field[] = [];
  for (const field of FIELDS) {
    await broughtBack(host, field, before[field]).then(
      () => whole.push(field),
      () => undefined,
    );
  }
  for (const field of whole.length === FIELDS.length ? FIELDS : []) {
    await takenOut(host, field, before, added).catch(() => undefined);
  }
}

async function broughtBack(host: Writer, field: Field, wanted: readonly Entry[]): Promise<void> {
  await append(host, field, without(wanted, await host.readRecipients(field)));
  await verified(host, field, wanted);
}

/** Writes the field without those in `gone`, or `substitute` where nobody is left; whom the sender added since stays. */
async function takenOut(
  host: Writer,
  field: Field,
  before: Lists,
  gone: Lists,
  substitute: readonly Entry[] = [],
): Promise<readonly Entry[]> {
  const now = await host.readRecipients(field);
  const stay = without([...before[field], ...without(now, before[field])], gone[field]);
  const wanted = stay.length > 0 ? stay : substitute;
  if (keys(now) !== keys(wanted)) {
    await host.setRecipients(field, wanted.slice(0, CHUNK));
    await append(host, field, wanted.slice(CHUNK));
    await verified(host, field, wanted, without(now, wanted));
  }
  return wanted;
}

async function append(host: Writer, field: Field, entries: readonly Entry[]): Promise<void> {
  for (let start = 0; start < entries.length; start += CHUNK) {
    await host.addRecipients(field, entries.slice(start, start + CHUNK));
  }
}

// Clients have been seen to ignore a write and still report success (outlook.md §2.3).
async function verified(
  host: Writer,
  field: Field,
  wanted: readonly Entry[],
  gone: readonly Entry[] = [],
): Promise<void> {
  const now = await host.readRecipients(field);
  if (without(wanted, now).length > 0 || gone.some((each) => holds(now, each))) {
    throw new Error(`${field} is not what was written`);
  }
}

function leaving(lists: Lists, addresses: readonly string[]): Lists {
  const chosen = new Set(addresses.map(keyOfAddress));
  return perField((field) => lists[field].filter((each) => chosen.has(keyOf(each))));
}

function perField(list: (field: Field) => readonly Entry[]): Lists {
  return { to: list("to"), cc: list("cc"), bcc: list("bcc") };
}

function without(entries: readonly Entry[], gone: readonly Entry[]): Entry[] {
  return entries.filter((each) => !holds(gone, each));
}

function holds(entries: readonly Entry[], entry: Entry): boolean {
  return entries.some((each) => keyOf(each) === keyOf(entry));
}

function unique(entries: readonly Entry[]): Entry[] {
  return [...new Map(entries.map((each) => [keyOf(each), each])).values()];
}

function keys(entries: readonly Entry[]): string {
  return JSON.stringify([...new Set(entries.map(keyOf))].sort());
}

function keyOf(entry: Entry): string {
  return keyOfAddress(entry.emailAddress);
}

function keyOfAddress(address: string): string {
  return address.trim().toLowerCase();
}

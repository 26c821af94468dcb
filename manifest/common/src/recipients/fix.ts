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
  const moved = unique([...left.to, ...left.cc]);
  const addedToBcc = moved.filter((each) => !holds(before.bcc, each));
  if (before.bcc.length + addedToBcc.length >= cap) {
    throw new FixError("too_many");
  }
  const to = without(before.to, left.to);
  const addedSender = to.length === 0 && sender.emailAddress ? sender : null;
  await changed(host, before, async () => {
    await append(host, "bcc", addedToBcc);
    await verified(host, "bcc", [...before.bcc, ...addedToBcc]);
    await replaced(host, "to", before.to, addedSender ? [sender] : to);
    await replaced(host, "cc", before.cc, without(before.cc, left.cc));
  });
  return { left, addedToBcc, addedSender };
}

/** Takes the addresses out of every field. Throws FixError; the recipients are then as before. */
export async function removeRecipients(
  host: Writer,
  addresses: readonly string[],
  cap: number,
): Promise<Change> {
  const before = await readable(host, cap);
  const left = leaving(before, addresses);
  await changed(host, before, async () => {
    for (const field of FIELDS) {
      await replaced(host, field, before[field], without(before[field], left[field]));
    }
  });
  return { left, addedToBcc: [], addedSender: null };
}

/** Puts back what the change took away, and nothing else: later edits of the sender stay. */
export async function undo(host: Writer, change: Change, cap: number): Promise<void> {
  const before = await readable(host, cap);
  const sender = change.addedSender ? [change.addedSender] : [];
  await changed(host, before, async () => {
    for (const field of FIELDS) {
      const back = change.left[field].filter((each) => !holds(before[field], each));
      await append(host, field, back);
      await verified(host, field, [...before[field], ...back]);
    }
    const now = await readAll(host);
    await replaced(host, "to", now.to, without(now.to, sender));
    await replaced(host, "bcc", now.bcc, without(now.bcc, change.addedToBcc));
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

async function changed(host: Writer, before: Lists, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch {
    await restored(host, before);
    throw new FixError("failed");
  }
}

// Whoever is missing comes back before anybody is taken out again: what fails halfway leaves people twice, not nowhere.
async function restored(host: Writer, before: Lists): Promise<void> {
  const whole: Field[] = [];
  for (const field of FIELDS) {
    await broughtBack(host, field, before[field]).then(
      () => whole.push(field),
      () => undefined,
    );
  }
  for (const field of whole.length === FIELDS.length ? FIELDS : []) {
    await host
      .readRecipients(field)
      .then((now) => replaced(host, field, now, before[field]))
      .catch(() => undefined);
  }
}

async function broughtBack(host: Writer, field: Field, wanted: readonly Entry[]): Promise<void> {
  await append(host, field, without(wanted, await host.readRecipients(field)));
  if (without(wanted, await host.readRecipients(field)).length > 0) {
    throw new Error(`${field} is not whole`);
  }
}

async function replaced(
  host: Writer,
  field: Field,
  now: readonly Entry[],
  wanted: readonly Entry[],
): Promise<void> {
  if (keys(now) !== keys(wanted)) {
    await host.setRecipients(field, wanted.slice(0, CHUNK));
    await append(host, field, wanted.slice(CHUNK));
    await verified(host, field, wanted);
  }
}

async function append(host: Writer, field: Field, entries: readonly Entry[]): Promise<void> {
  for (let start = 0; start < entries.length; start += CHUNK) {
    await host.addRecipients(field, entries.slice(start, start + CHUNK));
  }
}

// Clients have been seen to ignore a write and still report success (outlook.md §2.3).
async function verified(host: Writer, field: Field, wanted: readonly Entry[]): Promise<void> {
  if (keys(await host.readRecipients(field)) !== keys(wanted)) {
    throw new Error(`${field} is not what was written`);
  }
}

function leaving(lists: Lists, addresses: readonly string[]): Lists {
  const chosen = new Set(addresses.map(keyOfAddress));
  const leave = (field: Field) => lists[field].filter((each) => chosen.has(keyOf(each)));
  return { ...NOBODY, to: leave("to"), cc: leave("cc"), bcc: leave("bcc") };
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

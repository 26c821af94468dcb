/** Recipients grouped for the eye: one group for each outside domain, colleagues together. */

import { domainOf, isInternal, ownDomains } from "../local_rule.ts";
import type { Field, Message, Recipient } from "../wire.ts";

export interface Person extends Recipient {
  readonly field: Field;
}

interface Group {
  /** The domain, or "" for entries without an address. */
  readonly domain: string;
  readonly people: readonly Person[];
}

export interface Groups {
  readonly colleagues: readonly Person[];
  readonly outside: readonly Group[];
}

const FIELDS: readonly Field[] = ["to", "cc", "bcc"];

/** Largest outside group first; equal ones by name. */
export function groupsOf(message: Message, internalDomains: readonly string[]): Groups {
  const ours = ownDomains(message, internalDomains);
  const colleagues: Person[] = [];
  const outside = new Map<string, Person[]>();
  for (const person of everybody(message)) {
    if (isInternal(person.address, ours)) {
      colleagues.push(person);
    } else {
      const domain = person.address.includes("@") ? domainOf(person.address) : "";
      outside.set(domain, [...(outside.get(domain) ?? []), person]);
    }
  }
  const groups = [...outside].map(([domain, people]) => ({ domain, people }));
  groups.sort((a, b) => b.people.length - a.people.length || (a.domain < b.domain ? -1 : 1));
  return { colleagues, outside: groups };
}

export function everybody(message: Message): Person[] {
  return FIELDS.flatMap((field) => message[field].map((each) => ({ ...each, field })));
}

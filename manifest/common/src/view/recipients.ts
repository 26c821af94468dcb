/** Shows who would receive the message: the header that each of them would see, and the groups behind it. */

import { groupsOf } from "./groups.ts";
import type { Person } from "./groups.ts";
import type { Strings } from "../strings.ts";
import type { Message, Recipient } from "../wire.ts";
import { element, folded } from "./element.ts";

/** How many people of a line are shown before the rest is folded away. */
const FIRST = 6;

/** The header as each recipient would see it: To and Cc with everybody in them, Bcc with nobody. */
export function seenHeader(message: Message, strings: Strings): HTMLElement {
  const sender = element("dd", {}, element("bdi", {}, message.sender.address));
  return element(
    "dl",
    { class: "header" },
    element("div", { class: "line" }, element("dt", {}, strings.from), sender),
    line(strings.to, message.to, strings),
    message.cc.length > 0 ? line(strings.cc, message.cc, strings) : null,
    message.bcc.length > 0 ? blindLine(message.bcc, strings) : null,
  );
}

function line(label: string, recipients: readonly Recipient[], strings: Strings): HTMLElement {
  return element(
    "div",
    { class: "line" },
    element("dt", {}, label, " ", element("span", { class: "count" }, strings.people(recipients.length))),
    element("dd", {}, ...list(recipients, strings)),
  );
}

function blindLine(recipients: readonly Recipient[], strings: Strings): HTMLElement {
  const note = element("span", { class: "note" }, strings.nobodySeesBcc);
  const count = element("span", { class: "count" }, strings.people(recipients.length));
  return element(
    "div",
    { class: "line line-blind" },
    element("dt", {}, strings.bcc, " ", count, " ", note),
    element("dd", {}, ...list(recipients, strings)),
  );
}

function list(recipients: readonly Recipient[], strings: Strings): HTMLElement[] {
  if (recipients.length === 0) {
    return [element("span", { class: "quiet" }, strings.nobody)];
  }
  const first = people(recipients.slice(0, FIRST), strings);
  const rest = recipients.slice(FIRST);
  return rest.length === 0 ? [first] : [first, folded(strings.more(rest.length), people(rest, strings))];
}

function people(recipients: readonly Recipient[], strings: Strings): HTMLElement {
  const items = recipients.map((each) => element("li", {}, element("bdi", {}, nameOf(each, strings))));
  return element("ul", { class: "people" }, ...items);
}

/** A recipient in words: name and address, or what stands for a group without one. */
export function nameOf(recipient: Recipient, strings: Strings): string {
  if (!recipient.address) {
    return `${strings.unknownGroup}${recipient.name ? ` (${recipient.name})` : ""}`;
  }
  return recipient.name && recipient.name !== recipient.address
    ? `${recipient.name} <${recipient.address}>`
    : recipient.address;
}

/** Everybody, grouped by organization; colleagues are folded away because they are rarely the mistake. */
export function groupList(
  message: Message,
  internalDomains: readonly string[],
  strings: Strings,
): HTMLElement {
  const { colleagues, outside } = groupsOf(message, internalDomains);
  const groups = outside.map(({ domain, people: members }) =>
    folded(groupTitle(domain, members, strings), placed(members, strings)),
  );
  const inside =
    colleagues.length === 0
      ? null
      : folded(strings.colleagues(colleagues.length), placed(colleagues, strings));
  return element("div", { class: "groups" }, ...groups, inside);
}

// Nobody knows how many people a contact group is.
function groupTitle(domain: string, members: readonly Person[], strings: Strings): string {
  if (domain) {
    return `${domain} — ${strings.people(members.length)}`;
  }
  return members.some((each) => each.address) ? strings.unreadable : strings.unknownGroup;
}

function placed(members: readonly Person[], strings: Strings): HTMLElement {
  const items = members.map((each) =>
    element(
      "li",
      {},
      element("span", { class: "field-name" }, strings[each.field]),
      " ",
      element("bdi", {}, nameOf(each, strings)),
    ),
  );
  return element("ul", { class: "people" }, ...items);
}

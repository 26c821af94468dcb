/** The local rule that the backend rendered for the time when it can't be asked; nothing else is judged here. */

import type { Message, Recipient } from "./wire.ts";

export interface LocalRule {
  readonly internalDomains: readonly string[];
  readonly peopleThreshold: number;
}

export interface LocalVerdict {
  readonly risky: boolean;
  readonly people: number;
}

/** Unread recipients, unknown groups and too many visible outsiders are risky: when in doubt, it warns. */
export function judgeLocally(message: Message | null, rule: LocalRule): LocalVerdict {
  if (!message) {
    return { risky: true, people: 0 };
  }
  const ours = ownDomains(message, rule.internalDomains);
  const everyone = message.to.concat(message.cc, message.bcc);
  const people = visibleOutsiders(message, rule).length;
  const unread = message.truncated.some((field) => field === "to" || field === "cc" || field === "bcc");
  const group = outsiders(everyone, ours).some((each) => each.kind !== "person");
  return { risky: unread || group || people >= rule.peopleThreshold, people };
}

export function visibleOutsiders(message: Message, rule: LocalRule): Recipient[] {
  return outsiders(message.to.concat(message.cc), ownDomains(message, rule.internalDomains));
}

function outsiders(recipients: readonly Recipient[], ours: readonly string[]): Recipient[] {
  return recipients.filter((each) => !isInternal(each.address, ours));
}

/** Free-mail providers and mobile carriers at which senders are likely to be: their customers are no colleagues. */
const FREE_MAIL =
  "gmail.com googlemail.com outlook.com outlook.jp hotmail.com hotmail.co.jp live.com live.jp msn.com " +
  "yahoo.com yahoo.co.jp ymail.ne.jp icloud.com me.com mac.com aol.com gmx.de gmx.net web.de proton.me " +
  "docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp i.softbank.jp ymobile.ne.jp nifty.com biglobe.ne.jp";

/** The declared domains, and where none are, the sender's own, unless strangers share it. */
export function ownDomains(message: Message, declared: readonly string[]): readonly string[] {
  if (declared.length > 0) {
    return declared;
  }
  const free = FREE_MAIL.split(" ");
  return [domainOf(message.sender.address)].filter((domain) => domain !== "" && !free.includes(domain));
}

/** Whether the address is at a declared domain or below one; an unreadable address never is. */
export function isInternal(address: string, internalDomains: readonly string[]): boolean {
  const domain = domainOf(address);
  return internalDomains.some((each) => domain === each || domain.endsWith("." + each));
}

export function domainOf(address: string): string {
  return address
    .slice(address.lastIndexOf("@") + 1)
    .trim()
    .toLowerCase()
    .replace(/\.$/, "");
}

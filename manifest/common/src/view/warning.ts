/** The warning as every client shows it: what would happen, the safe way first, and the other ways behind it. */

import type { Strings } from "../strings.ts";
import type { Answer, Message, Remedy, RemedyKind, SecondCheck } from "../wire.ts";
import { button, element, folded } from "./element.ts";
import { acknowledgeForm, justifyForm, removable, removeForm } from "./forms.ts";
import { earlierChecks } from "./earlier_check.ts";
import { groupList, seenHeader } from "./recipients.ts";
import { secondCheckSection } from "./second_check.ts";
import type { Kept, SecondChecks } from "./second_check.ts";
import { describeFirst, primary, verdict, waysOf } from "./verdict.ts";
import type { Way } from "./verdict.ts";

export { describeFirst, primary, verdict };

/** How a message that can't be checked is held at Send: by its sender's word it goes in one case only. */
export type Held = "until_checked" | "until_changed" | "until_acknowledged" | "until_pressed";

/** What the view can be told to show. */
export type Shown =
  | {
      readonly state: "checking" | "kept";
      readonly notice: string | null;
      readonly undo: boolean;
    }
  | {
      readonly state: "unchecked";
      readonly notice: string | null;
      readonly undo: boolean;
      readonly held?: Held;
      readonly message?: Message | null;
      /** Whom to offer to move to Bcc. */
      readonly movable?: readonly string[];
    }
  | {
      readonly state: "judged" | "released";
      readonly notice: string | null;
      readonly undo: boolean;
      readonly answer: Answer;
      readonly message: Message;
    };

type Unchecked = Extract<Shown, { state: "unchecked" }>;

export interface Actions {
  readonly moveToBcc: () => void;
  readonly remove: (addresses: readonly string[]) => void;
  readonly acknowledge: () => void;
  readonly justify: (reason: string) => void;
  readonly undo: () => void;
  readonly checkAgain: () => void;
  readonly keepDraft: () => void;
  readonly secondChecks: SecondChecks;
  /** Only where the client can press Send by itself. */
  readonly send?: () => void;
  readonly sendUnchecked?: () => void;
}

interface Surroundings {
  readonly strings: Strings;
  readonly internalDomains: readonly string[];
  readonly actions: Actions;
  /** Whether what is drawn may take the focus from where it is; left out, it always does. */
  readonly takesFocus?: () => boolean;
}

/** What a view adds to its surroundings: what it remembers. */
interface Room extends Surroundings {
  readonly kept: Kept;
}

/** Draws into `root`, a document's element or a shadow root; call what it returns with everything new. */
export function warningView(root: HTMLElement | ShadowRoot, around: Surroundings): (shown: Shown) => void {
  const status = element("div", { role: "status", class: "news" });
  const body = element("div", { class: "warning" });
  root.replaceChildren(status, body);
  const room = { ...around, kept: { note: "", waiting: null } };
  return (shown) => {
    status.replaceChildren(...noticeOf(shown, around));
    body.setAttribute("aria-busy", String(shown.state === "checking"));
    body.replaceChildren(...contentOf(shown, room));
    describeFirst(body);
    if (shown.state !== "checking" && mayTakeFocus(around)) {
      body.querySelector<HTMLElement>("[data-first]")?.focus();
    }
  };
}

function mayTakeFocus({ takesFocus }: Surroundings): boolean {
  return takesFocus?.() ?? true;
}

function noticeOf(shown: Shown, { strings, actions }: Surroundings): HTMLElement[] {
  const text = shown.state === "checking" ? strings.checking : shown.notice;
  return [
    ...(text ? [element("p", {}, text)] : []),
    ...(shown.undo ? [button(strings.undo, actions.undo, "link")] : []),
  ];
}

function contentOf(shown: Shown, around: Room): HTMLElement[] {
  const { strings } = around;
  switch (shown.state) {
    case "checking":
      return [];
    case "kept":
      return [verdict("allow", strings.keepDraft, strings.keptDraft)];
    case "unchecked":
      return unchecked(shown, around);
    case "released":
      return [verdict("allow", strings.released, strings.pressSendWithin)];
    case "judged":
      return [...judged(shown.answer, shown.message, around), ...earlierChecks(shown.answer, around)];
  }
}

function unchecked(shown: Unchecked, around: Surroundings): HTMLElement[] {
  const { strings, actions } = around;
  const { held, message } = shown;
  if (!held) {
    const again = primary(strings.tryAgain, actions.checkAgain);
    return [verdict("warn", strings.notChecked, strings.riskyUnchecked), again];
  }
  const sentences = {
    until_checked: strings.uncheckedHold,
    until_changed: strings.uncheckedRefused,
    until_acknowledged: strings.uncheckedPrompt,
    until_pressed: strings.uncheckedMayGo,
  };
  const asIs =
    held === "until_acknowledged" && actions.sendUnchecked
      ? folded(strings.sendAsIs, acknowledgeForm([strings.iHaveLooked], strings, actions.sendUnchecked))
      : null;
  return [
    verdict("warn", strings.notChecked, sentences[held]),
    waysUnchecked(shown, around),
    ...(message ? recipientsOf(message, around) : []),
    ...(asIs ? [asIs] : []),
  ];
}

function waysUnchecked({ held, movable = [] }: Unchecked, { strings, actions }: Surroundings): HTMLElement {
  const first: Way[] = [];
  if (held === "until_pressed" && actions.sendUnchecked) {
    first.push([strings.send, actions.sendUnchecked]);
  } else if (movable.length > 0) {
    first.push([strings.moveToBcc(movable.length), actions.moveToBcc]);
  }
  return waysOf(...first, [strings.tryAgain, actions.checkAgain], [strings.keepDraft, actions.keepDraft]);
}

function clear({ released_by }: Answer, { strings, actions }: Surroundings): HTMLElement[] {
  const word = released_by ? strings.released : strings.clear;
  if (!actions.send) {
    return [verdict("allow", word, strings.pressSend)];
  }
  const ways = waysOf([strings.send, actions.send], [strings.keepDraft, actions.keepDraft]);
  return [verdict("allow", word, strings.mayGo, false), ways];
}

function judged(answer: Answer, message: Message, around: Room): HTMLElement[] {
  const { strings } = around;
  if (answer.action === "allow") {
    return [...clear(answer, around), ...recipientsOf(message, around)];
  }
  const word = answer.action === "block" ? strings.held : strings.caution;
  const told = [verdict(answer.action, word, answer.headline), safeWay(answer, around)];
  const head = element("div", { class: "head" }, ...told);
  return [
    head,
    ...reasons(answer, strings),
    ...(answer.release === "second_check" ? [secondCheck(answer, head, around)] : []),
    ...recipientsOf(message, around),
    otherWays(answer, message, around),
  ];
}

function secondCheck(answer: Answer, head: HTMLElement, around: Room): HTMLElement {
  const { strings, actions, kept } = around;
  return secondCheckSection({
    decisionId: answer.decision_id,
    words: strings.secondCheck,
    checks: actions.secondChecks,
    kept,
    again: actions.checkAgain,
    granted: (check) => showGranted(check, answer, head, around),
    takesFocus: () => mayTakeFocus(around),
  });
}

/** The sender is told to press Send, or does so here; the server still judges at Send what may go. */
function showGranted(check: SecondCheck, answer: Answer, head: HTMLElement, around: Room): HTMLElement {
  const { strings, actions } = around;
  const move = remedy(answer, "move_to_bcc");
  const told = verdict(
    "allow",
    strings.secondCheck.grantedBy(check.by),
    actions.send ? strings.mayGo : strings.pressSend,
  );
  const ways = [
    actions.send ? primary(strings.send, actions.send) : null,
    move ? button(strings.moveToBcc(move.recipients.length), actions.moveToBcc) : null,
    button(strings.keepDraft, actions.keepDraft),
  ];
  head.replaceChildren(told, element("p", { class: "ways" }, ...ways));
  describeFirst(head);
  return told.querySelector("h2") ?? told;
}

/**
 * The first fix of the answer is the first way; keeping the draft is where a button can't mend it.
 *
 * Nor is taking somebody out ever the primary button: whether they belong here is for the sender to say.
 */
function safeWay(answer: Answer, { strings, actions }: Surroundings): HTMLElement {
  const move = remedy(answer, "move_to_bcc");
  const keeping: Way = [strings.keepDraft, actions.keepDraft];
  const moving: Way[] = move ? [[strings.moveToBcc(move.recipients.length), actions.moveToBcc]] : [];
  return move && move === answer.remedies[0]
    ? waysOf(...moving, keeping)
    : waysOf(keeping, ...removing(answer, strings, actions), ...moving);
}

// A contact group has no address by which it could be taken out.
function removing({ remedies: [fix] }: Answer, strings: Strings, actions: Actions): Way[] {
  const [one, ...others] = fix?.kind === "remove" ? fix.recipients.filter((each) => each) : [];
  if (!one) {
    return [];
  }
  const label = others.length > 0 ? strings.removeMany(others.length + 1) : strings.removeOne(one);
  const remove = () => {
    actions.remove([one, ...others]);
  };
  return [[label, remove]];
}

function remedy(answer: Answer, kind: RemedyKind): Remedy | undefined {
  return answer.remedies.find((each) => each.kind === kind);
}

/** What the headline has not said. */
function reasons(answer: Answer, strings: Strings): HTMLElement[] {
  const others = sentences(answer).filter((each) => each !== answer.headline);
  const items = others.map((each) => element("li", {}, each));
  const list = element("ul", { class: "reasons" }, ...items);
  return others.length > 0 ? [element("section", {}, element("h2", {}, strings.why), list)] : [];
}

function sentences(answer: Answer): string[] {
  const asked = answer.findings.filter((each) => each.mode === "enforce" && each.action !== "allow");
  return [...new Set(asked.map((each) => each.reason))];
}

function recipientsOf(message: Message, { strings, internalDomains }: Surroundings): HTMLElement[] {
  return [
    element("section", {}, element("h2", {}, strings.everyoneSees), seenHeader(message, strings)),
    element(
      "section",
      {},
      element("h2", {}, strings.recipients),
      groupList(message, internalDomains, strings),
    ),
  ];
}

function otherWays(answer: Answer, message: Message, around: Surroundings): HTMLElement {
  const { strings, actions } = around;
  const suggested = remedy(answer, "remove")?.recipients ?? [];
  const one = strings.sendIndividuallyHow.map((each) => element("li", {}, each));
  return element(
    "section",
    { class: "other-ways" },
    removable(message).length > 0
      ? folded(strings.removeRecipients, removeForm(message, suggested, strings, actions.remove))
      : null,
    remedy(answer, "send_individually") ? folded(strings.sendIndividually, element("ol", {}, ...one)) : null,
    releaseOf(answer, around),
  );
}

/** How the message may go as it is; never the default and never one key away. */
function releaseOf(answer: Answer, { strings, actions }: Surroundings): HTMLElement | null {
  switch (answer.release) {
    case "send_anyway":
    case "acknowledge":
      return folded(strings.sendAsIs, acknowledgeForm(sentences(answer), strings, actions.acknowledge));
    case "justify":
      return folded(strings.sendAsIs, justifyForm(strings, actions.justify));
    case "second_check":
      return null;
    default:
      return element("p", {}, strings.mayNotGo);
  }
}

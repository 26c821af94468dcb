/** The part of the warning in which another person is asked to check the message, and what came of it. */

import { refusedForGood } from "../api.ts";
import type { SecondCheckStrings } from "../strings_of_second_check.ts";
import type { SecondCheck } from "../wire.ts";
import { button, element, freshId } from "./element.ts";
import type { Refuse } from "./forms.ts";
import { form, labelled } from "./forms.ts";

/** Milliseconds between two looks at a request that waits. */
export const LOOK_EVERY = 15_000;
/** Milliseconds after which a first look is said that takes its time. */
const SOON = 500;
const LONGEST_NOTE = "500";

/** Asks for checks and looks at them, as a mail client can; every call may reject. */
export interface SecondChecks {
  ask(decisionId: string, note: string | null): Promise<SecondCheck>;
  /** Takes back what was asked for just this decision. */
  withdraw(decisionId: string): Promise<unknown>;
  /** Null where nobody asked. */
  state(decisionId: string): Promise<SecondCheck | null>;
}

/** What outlives what is drawn. */
export interface Kept {
  /** What the sender typed and nobody was told yet. */
  note: string;
  /** The decision for which was asked, in this view, and nobody has answered. */
  waiting: string | null;
}

export interface Place {
  readonly decisionId: string;
  readonly words: SecondCheckStrings;
  readonly checks: SecondChecks;
  readonly kept: Kept;
  /** Gets a new decision, for which can be asked anew. */
  readonly again: () => void;
  /** Shows that the message may be sent; returns what tells it. */
  granted(check: SecondCheck): HTMLElement;
  takesFocus(): boolean;
}

/** A section that shows how the check stands, looks again while it waits, and stops once it is off the page. */
export function secondCheckSection(place: Place): HTMLElement {
  return new Section(place).root;
}

class Section {
  readonly root: HTMLElement;
  readonly #title: HTMLElement;
  readonly #news = element("div", { role: "status", class: "check-news" });
  readonly #room = element("div", { class: "check" });
  /** Undefined until it was seen. */
  #check: SecondCheck | null | undefined;
  #drawn = "";
  #asking = false;
  #turn = 0;

  constructor(private readonly place: Place) {
    this.#title = element("h2", { tabindex: "-1" }, place.words.title);
    this.root = element("section", { class: "second-check" }, this.#title, this.#news, this.#room);
    this.#keepLooking();
    void this.#look();
    setTimeout(() => {
      this.#sayLooking();
    }, SOON);
  }

  #keepLooking(): void {
    const end = new AbortController();
    const look = () => {
      if (!this.root.isConnected) {
        clearInterval(timer);
        end.abort();
      } else if (this.#mayChange() && !this.#asking && !document.hidden) {
        void this.#look();
      }
    };
    const timer = setInterval(look, LOOK_EVERY);
    document.addEventListener("visibilitychange", look, { signal: end.signal });
  }

  #mayChange(): boolean {
    const state = this.#check?.state;
    return this.#check === undefined || state === "waiting" || state === "granted";
  }

  async #look(): Promise<void> {
    const turn = this.#turn;
    const { checks, decisionId, words } = this.place;
    // The one that is shown may be of an earlier decision, and only there the server tells how it ended.
    const [check, problem] = await checks.state(this.#check?.decision_id ?? decisionId).then(
      (seen) => [seen] as const,
      () => [this.#check, words.notSeen] as const,
    );
    // What was asked meanwhile is newer than this answer.
    if (turn === this.#turn) {
      this.#show(check, problem);
    }
  }

  #ask(refuse: Refuse): Promise<void> {
    const { checks, decisionId, kept, words } = this.place;
    return this.#once(words.asking, async () => {
      try {
        const check = await checks.ask(decisionId, kept.note.trim() || null);
        kept.note = "";
        this.#show(check);
      } catch {
        this.#say();
        refuse(words.notAsked);
      }
    });
  }

  #withdraw(check: SecondCheck): Promise<void> {
    const { checks, words } = this.place;
    return this.#once(words.withdrawing, async () => {
      try {
        await checks.withdraw(check.decision_id);
        this.place.kept.waiting = null;
        this.#show(null, words.withdrawn);
      } catch (error) {
        if (refusedForGood(error)) {
          // Somebody may have answered first, and that is shown now.
          await this.#look();
        }
        if (this.#check?.state === "waiting") {
          this.#show(this.#check, words.notWithdrawn);
        }
      }
    });
  }

  /** Does one thing at a time, whatever is pressed meanwhile; a look that is under way counts no more. */
  async #once(said: string, work: () => Promise<void>): Promise<void> {
    if (this.#asking) {
      return;
    }
    this.#asking = true;
    this.#turn += 1;
    this.#say(said);
    try {
      await work();
    } finally {
      this.#asking = false;
    }
  }

  /** Draws only what is new: a look every now and then must not take a field from under the sender's fingers. */
  #show(check: SecondCheck | null | undefined, more?: string): void {
    const granted = this.#check?.state === "granted";
    this.#check = check;
    if (granted && check && check.state !== "granted") {
      // What is drawn above says that it may be sent; what was sent is about to close.
      if (check.state !== "used") {
        this.place.again();
      }
      return;
    }
    // Where nobody asked about this version, an earlier one may wait all the same.
    if (check) {
      this.place.kept.waiting = check.state === "waiting" ? check.decision_id : null;
    }
    this.#say(...(check ? newsOf(check, this.place.words) : []), ...(more ? [more] : []));
    const drawn = check ? JSON.stringify(check) : "nobody asked";
    if (drawn === this.#drawn) {
      return;
    }
    this.#drawn = drawn;
    const { activeElement } = this.root.getRootNode() as Document | ShadowRoot;
    this.#room.replaceChildren(...(check ? this.#outcome(check) : this.#form()));
    const told = check?.state === "granted" ? this.place.granted(check) : null;
    // Who pressed a button that is gone goes on at what came in its place.
    if (activeElement && !activeElement.isConnected && this.place.takesFocus()) {
      (told ?? this.#room.querySelector("button") ?? this.#title).focus();
    }
  }

  #say(...sentences: readonly string[]): void {
    const lines = sentences.map((each) => element("p", {}, each));
    if (this.#news.textContent !== sentences.join("")) {
      this.#news.replaceChildren(...lines);
    }
  }

  // What was granted meanwhile still looks held above until the first answer is here.
  #sayLooking(): void {
    if (this.#drawn === "" && this.#news.textContent === "") {
      this.#say(this.place.words.looking);
    }
  }

  #form(): HTMLElement[] {
    const { kept, words } = this.place;
    const note = element("textarea", { id: freshId(), rows: "2", maxlength: LONGEST_NOTE });
    note.value = kept.note;
    note.addEventListener("input", () => (kept.note = note.value));
    const fields = element("div", { class: "fields" }, labelled(words.note, note));
    const asking = form(fields, words.ask, (refuse) => void this.#ask(refuse));
    return [element("p", {}, words.what), asking];
  }

  /** What was asked for an earlier decision can be asked for this one. */
  #anew(check: SecondCheck): HTMLElement[] {
    const { decisionId, words, again } = this.place;
    return check.decision_id === decisionId ? [button(words.again, again)] : this.#form();
  }

  #outcome(check: SecondCheck): (HTMLElement | string)[] {
    const { words, again } = this.place;
    const said = check.comment ? [quoted(words.comment, check.comment)] : [];
    switch (check.state) {
      case "waiting":
        return [...linkOf(check, words), button(words.withdraw, () => void this.#withdraw(check))];
      case "granted":
        return said;
      case "declined":
        return [...said, element("p", {}, words.changeOrAsk), ...this.#anew(check)];
      default:
        return [button(words.again, again)];
    }
  }
}

function newsOf(check: SecondCheck, words: SecondCheckStrings): string[] {
  const until = new Date(check.expires_at);
  switch (check.state) {
    case "waiting":
      return [words.waiting(new Date(check.asked_at)), words.answerUntil(until)];
    case "granted":
      return [words.sendUntil(until)];
    case "declined":
      return [words.declinedBy(check.by)];
    default:
      return [words[check.state]];
  }
}

function quoted(label: string, comment: string): HTMLElement {
  const words = element("dd", {}, element("bdi", {}, comment));
  return element("dl", { class: "comment" }, element("dt", {}, label), words);
}

/** The link as text that can be selected, for where no program may copy. */
function linkOf({ url, told }: SecondCheck, words: SecondCheckStrings): HTMLElement[] {
  const field = element("input", { type: "text", id: freshId(), readonly: true });
  field.value = url;
  field.addEventListener("focus", () => {
    field.select();
  });
  const hint = told ? `${words.handOn} ${words.told}` : words.handOn;
  const said = element("p", { role: "status", class: "hint" });
  const press = button(words.copy, () => {
    void copied(field).then((done) => (said.textContent = done ? words.copied : words.notCopied));
  });
  return [labelled(words.link, field), press, said, element("p", { class: "hint" }, hint)];
}

async function copied(field: HTMLInputElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- Outlook on the web keeps the clipboard from panes.
    return document.execCommand("copy");
  }
}

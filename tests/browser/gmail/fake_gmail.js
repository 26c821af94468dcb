// A page that behaves as Gmail does where the extension touches it (docs/gmail.md names the source of each selector).
// `window.sent` holds what really left; every mail there left through one press of Send that Gmail heard.
"use strict";

const WORDS = {
  en: { send: "Send", archive: "Send and archive", schedule: "Schedule send", body: "Message Body", compose: "Compose" },
  ja: { send: "送信", archive: "送信してアーカイブ", schedule: "送信日時を設定", body: "メッセージ本文", compose: "作成" },
  fr: { send: "Envoyer", archive: "Envoyer et archiver", schedule: "Programmer l'envoi", body: "Corps", compose: "Nouveau" },
};
const words = WORDS[document.documentElement.lang] ?? WORDS.en;
const PASTE_MS = 40;

window.sent = [];
window.shortcuts = [];
let numbers = 0;

function el(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  return holder.content.firstElementChild;
}

class Row {
  constructor(name) {
    this.el = el(`<div class="anm" name="${name}"><div><div><div><div>
      <div role="listbox" aria-label="${name}"><div><div class="chips"></div></div>
      <input role="combobox" aria-autocomplete="list" aria-label="${name} recipients" aria-expanded="false"></div>
      </div></div></div></div></div>`);
    this.chips = this.el.querySelector(".chips");
    this.input = this.el.querySelector("input");
    this.input.addEventListener("paste", (event) => {
      event.preventDefault();
      const text = event.clipboardData.getData("text/plain");
      // Gmail makes chips of what is pasted a little later.
      setTimeout(() => this.add(text), window.slowPaste ?? PASTE_MS);
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) this.commit();
    });
    this.input.addEventListener("blur", () => this.commit());
  }
  add(text) {
    for (const each of text.split(/[,;\n]/)) if (each.trim()) this.chip(each.trim());
  }
  chip(address, name = address) {
    const chip = el(`<div role="option" tabindex="0"><span></span><div class="afX" role="button" aria-label="x">×</div></div>`);
    chip.setAttribute("data-name", name);
    chip.setAttribute("data-hovercard-id", address);
    chip.querySelector("span").textContent = name;
    chip.querySelector(".afX").addEventListener("click", () => chip.remove());
    this.chips.append(chip);
  }
  commit() {
    this.add(this.input.value);
    this.input.value = "";
  }
  get addresses() {
    return [...this.chips.children].map((each) => each.getAttribute("data-hovercard-id"));
  }
}

class Mail {
  constructor(where, { to = [], cc = [], reply = false, fresh = false } = {}) {
    numbers += 1;
    this.where = where;
    this.rows = { to: new Row("to"), cc: new Row("cc"), bcc: new Row("bcc") };
    this.dialog = this.build(where, reply, numbers);
    this.dialog.querySelector(".rows").append(this.rows.to.el);
    for (const address of to) this.rows.to.chip(address);
    if (cc.length > 0) this.show("cc");
    for (const address of cc) this.rows.cc.chip(address);
    if (fresh) this.dialog.querySelector("input[name=composeid]").remove();
    this.listen();
  }
  build(where, reply, id) {
    const role = where === "inline" ? 'role="region"' : 'role="dialog"';
    return el(`<div ${role} class="${where === "inline" ? "M9" : "nH Hd"}" aria-label="${words.compose} ${id}">
      <div class="aaZ"><div><div jsaction="x"><div role="region" class="aoI" aria-label="${words.compose}">
      <table role="presentation"><tbody><tr><td>
      <form class="bAs" onsubmit="return false">
        ${reply ? '<div class="HQ" role="button" tabindex="0" aria-label="type">↩</div>' : ""}
        <input type="hidden" name="composeid" value="c${id}"><input type="hidden" name="draft" value="#msg-a:r${id}">
        <input type="hidden" name="lts" value="${reply ? "1" : ""}">
        <input type="hidden" name="from" value="staff@hall.example">
        <div class="aoD hl" tabindex="0" style="display:none">recipients</div>
        <div class="fX aiL"><table class="GS" role="presentation"><tbody><tr class="bzf"><td class="eV"><div><div class="rows">
          <span class="pE" role="link" tabindex="0">Cc</span> <span class="pB" role="link" tabindex="0">Bcc</span>
        </div></div></td></tr></tbody></table></div>
        <input name="subjectbox" aria-label="subject">
      </form>
      <table class="GP" role="presentation"><tbody><tr><td><div class="Ap"><div g_editable="true" contenteditable="true"
        role="textbox" aria-multiline="true" aria-label="${words.body}" class="Am"></div></div></td></tr></tbody></table>
      </td></tr></tbody></table>
      <table class="IZ" role="presentation"><tbody><tr><td class="Up"><div class="dC">
        ${reply ? `<div role="button" tabindex="0" class="T-I Uo" aria-label="${words.archive}">⇥</div>` : ""}
        <div role="button" tabindex="0" class="T-I aoO" jslog="1" aria-label="${words.send}">${words.send}</div>
        <div role="button" tabindex="0" class="T-I hG" aria-haspopup="true" aria-label="more">▾</div></div>
        <div class="menu" role="menu" style="display:none"><div role="menuitem" tabindex="-1" selector="scheduledSend">${words.schedule}</div></div>
      </td></tr></tbody></table>
      <div class="aDg"><div class="aDj"><div class="aDh"></div></div></div><div class="eq"></div>
      <div class="og T-I-J3" role="button" tabindex="0" aria-label="discard"></div>
      </div></div></div></div></div>`);
  }
  show(field) {
    this.dialog.querySelector(".rows").append(this.rows[field].el);
    this.dialog.querySelector(field === "cc" ? ".pE" : ".pB")?.remove();
  }
  listen() {
    const { dialog } = this;
    const one = (selector) => dialog.querySelector(selector);
    const folded = () => one(".fX").style.display === "none";
    one(".pE")?.addEventListener("click", () => folded() || this.show("cc"));
    one(".pB")?.addEventListener("click", () => folded() || this.show("bcc"));
    // Gmail folds the recipients away once the focus is in the text.
    const fold = (away) => {
      one(".fX").style.display = away ? "none" : "";
      one(".aoD").style.display = away ? "" : "none";
    };
    one("[g_editable]").addEventListener("focus", () => fold(true));
    one(".aoD").addEventListener("focus", () => fold(false));
    const pressed = (button, kind) => {
      button?.addEventListener("click", () => this.send(kind));
      button?.addEventListener("keydown", (event) => {
        if (event.key === "Enter") this.send(kind);
      });
      // As Closure's buttons do, which act when Space is let go.
      button?.addEventListener("keyup", (event) => {
        if (event.key === " ") this.send(kind);
      });
    };
    pressed(one(".aoO"), "send");
    pressed(one(".Uo"), "send_and_archive");
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.send("send");
    });
    const menu = one(".menu");
    const toggle = () => {
      menu.style.display = menu.style.display ? "" : "none";
      one(".hG").setAttribute("aria-expanded", String(!menu.style.display));
      // Where Gmail draws the menu outside the mail.
      if (window.detachMenus) document.body.append(menu);
    };
    one(".hG").addEventListener("click", toggle);
    // As Closure's menus do: the focus stays on the arrow, and the item acts on mouseup or on Enter there.
    one(".hG").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.ctrlKey) return;
      if (menu.style.display) toggle();
      else this.send("schedule");
    });
    one("[selector]").addEventListener("mouseup", () => this.send("schedule"));
  }
  send(kind) {
    if (this.gone) return;
    for (const row of Object.values(this.rows)) row.commit();
    // Gmail asks about a missing subject or attachment, by a box of the browser or by one of its own.
    if (window.boxes && !confirm("Send without a subject?")) return;
    if (window.asks && !this.answered) return this.ask(kind);
    const { to, cc, bcc } = this.rows;
    const subject = this.dialog.querySelector("[name=subjectbox]").value;
    window.sent.push({ kind, to: to.addresses, cc: cc.addresses, bcc: bcc.addresses, subject });
    // A window of its own is closed once Gmail has handed the mail over.
    if (window.closes) setTimeout(() => window.close(), 400);
    if (window.keepOpen || window.closes) return;
    this.gone = true;
    (this.outer ?? this.dialog).remove();
  }
  ask(kind) {
    const question = el('<div role="alertdialog"><button class="yes">OK</button><button class="no">Cancel</button></div>');
    question.querySelector(".yes").addEventListener("click", () => {
      question.remove();
      this.answered = true;
      this.send(kind);
    });
    question.querySelector(".no").addEventListener("click", () => question.remove());
    document.body.append(question);
  }
}

/** Opens a mail: "window" (bottom right), "fullscreen", "inline" (below a mail) or "popout" (a page of its own). */
window.openMail = (where, options) => {
  const mail = new Mail(where, options);
  if (where === "window") {
    mail.outer = el('<div class="nH"><div class="AD"><div></div></div></div>');
    mail.outer.querySelector(".AD > div").append(mail.dialog);
    document.querySelector("div.dw > .nH > .nH > .no").append(mail.outer);
  } else if (where === "fullscreen") {
    mail.outer = el("<div></div>");
    mail.outer.append(mail.dialog);
    document.querySelector(".aSs .aSt").append(mail.outer);
  } else if (where === "inline") {
    document.querySelector(".ip").append(mail.dialog);
  } else {
    document.body.append(mail.dialog);
  }
  (window.mails ??= []).push(mail);
  return numbers;
};

/** Pastes addresses as somebody would who has a list. */
window.fill = (index, field, addresses) => {
  const mail = window.mails[index];
  if (field !== "to") mail.show(field);
  for (const address of addresses) mail.rows[field].chip(address);
};

/** Attaches files; Gmail shows each as a link with its name and its rounded size. */
window.attach = (index, names) => {
  const list = el('<div class="GM"></div>');
  for (const name of names) {
    list.append(el('<input type="hidden" name="attach" value="x">'), el('<a class="dO"><div></div><div>(12K)</div></a>'));
    list.lastElementChild.firstElementChild.textContent = name;
  }
  window.mails[index].dialog.querySelector("form").append(list);
};

// Gmail's shortcuts: one letter anywhere but in a field.
document.addEventListener("keydown", (event) => {
  if (!event.target.closest?.("input, textarea, [contenteditable]")) window.shortcuts.push(event.key);
});

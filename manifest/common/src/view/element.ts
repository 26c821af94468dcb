/** Makes DOM nodes whose content is always text, in documents and shadow roots alike. */

export type Child = Node | string | null;
export type Attributes = Readonly<Record<string, string | boolean | ((event: Event) => void)>>;

/** An element with attributes, listeners (`on…` functions) and children; strings become text nodes. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      made.addEventListener(key.slice(2), value);
    } else if (value !== false) {
      made.setAttribute(key, value === true ? "" : value);
    }
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function button(label: string, press: () => void, kind = ""): HTMLButtonElement {
  return element("button", { type: "button", class: kind, onclick: press }, label);
}

/** A section folded away behind its summary. */
export function folded(summary: string, ...children: readonly Child[]): HTMLElement {
  return element("details", {}, element("summary", {}, summary), ...children);
}

let numbers = 0;

/** A fresh id, for labels. */
export function freshId(): string {
  numbers += 1;
  return `atesaki-${String(numbers)}`;
}

/** The three icons of severity; each stands beside a word and is hidden from screen readers. */

import type { Action } from "../wire.ts";

const SVG = "http://www.w3.org/2000/svg";

const SHAPES: Record<Action, { shape: string; mark: string }> = {
  block: { shape: "M8 2h8l6 6v8l-6 6H8l-6-6V8z", mark: "M7 12h10" },
  warn: { shape: "M12 2.5 23 21.5H1z", mark: "M12 9.5v5.5M12 18v.6" },
  allow: { shape: "M12 1.5a10.5 10.5 0 1 0 0 21a10.5 10.5 0 1 0 0-21z", mark: "m7 12.4 3.4 3.4L17 9" },
};

export function icon(action: Action): SVGElement {
  const { shape, mark } = SHAPES[action];
  const svg = drawn("svg", {
    class: "icon",
    viewBox: "0 0 24 24",
    "aria-hidden": "true",
    focusable: "false",
  });
  svg.append(
    drawn("path", { d: shape, fill: "currentColor" }),
    drawn("path", { d: mark, class: "icon-mark" }),
  );
  return svg;
}

function drawn(name: "svg" | "path", attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  return made;
}

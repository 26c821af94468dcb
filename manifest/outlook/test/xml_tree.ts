/** A tiny tree of an XML document, enough to check its structure. */

import { SaxesParser } from "saxes";

export interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Node[];
  text: string;
}

/** Throws at the first place that is not well-formed. */
export function parseXml(text: string): Node {
  const root: Node = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const node = { name, attributes, children: [], text: "" };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  parser.on("text", (piece) => {
    const node = open.at(-1);
    if (node) {
      node.text += piece;
    }
  });
  parser.on("closetag", () => {
    open.pop();
  });
  parser.write(text).close();
  const top = root.children[0];
  if (!top) {
    throw new Error("The document is empty");
  }
  return top;
}

/** Every element below, in document order. */
export function all(node: Node, name?: string): Node[] {
  const below = node.children.flatMap((child) => [child, ...all(child)]);
  return name === undefined ? below : below.filter((each) => each.name === name);
}

export function only(node: Node, name: string): Node {
  const [found, ...more] = all(node, name);
  if (!found || more.length > 0) {
    throw new Error(`There should be one ${name}`);
  }
  return found;
}

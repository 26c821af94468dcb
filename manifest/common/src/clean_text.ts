/** Text as the API takes it: no control characters, no half of a surrogate pair. */

/** One line: every control character becomes a space. */
export function cleanLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
  return wellFormed(text).replace(/[\u0000-\u001f\u007f]/g, " ");
}

/** Running text: line breaks stay, NUL goes. */
export function cleanBody(text: string): string {
  // eslint-disable-next-line no-control-regex -- the API refuses NUL in a body
  return wellFormed(text).replace(/\u0000/g, " ");
}

/** At most `limit` characters, cut before the last word that doesn't fit, with an ellipsis. */
export function shortened(text: string, limit: number): string {
  if (text.length <= limit) {
    return text;
  }
  const head = text.slice(0, limit - 1);
  const gap = Math.max(head.lastIndexOf(" "), head.lastIndexOf("。"), head.lastIndexOf("、"));
  if (gap > limit / 2) {
    return wellFormed(head.slice(0, gap + 1)).trim() + "…";
  }
  return wellFormed(head).replace(/\uFFFD$/, "") + "…";
}

function wellFormed(text: string): string {
  return text.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g, (found) => {
    if (found.length === 2) {
      return found;
    }
    return "\uFFFD";
  });
}

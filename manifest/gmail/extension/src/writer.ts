/** One mail as the shared fixes read and write it. */

import { FixError } from "@atesaki/common/src/recipients/fix.ts";
import type { Writer } from "@atesaki/common/src/recipients/fix.ts";
import type { Strings } from "@atesaki/common/src/strings.ts";
import type { Compose, Entry } from "./compose.ts";

/** Gmail tells as many recipients as there are. */
export const NO_CAP = Infinity;

export function writerOf(compose: Compose): Writer {
  const addresses = (entries: readonly Entry[]) => entries.map((each) => each.emailAddress);
  const read: Writer["readRecipients"] = (field) => Promise.resolve().then(() => [...compose.read()[field]]);
  return {
    readRecipients: read,
    setRecipients: (field, entries) => compose.setRecipients(field, addresses(entries)),
    addRecipients: async (field, entries) => {
      const all = [...(await read(field)), ...entries];
      await compose.setRecipients(field, addresses(all));
    },
  };
}

/** Does `work`, a fix; resolves with the sentence for what went wrong, or null. */
export function problemOf(strings: Strings, work: () => Promise<void>): Promise<string | null> {
  return work().then(
    () => null,
    (error: unknown) => sentenceFor(error, strings),
  );
}

function sentenceFor(error: unknown, { groupInField, fixFailed }: Strings): string {
  return error instanceof FixError && error.problem === "group_in_field" ? groupInField : fixFailed;
}

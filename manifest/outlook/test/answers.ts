/** Answers of the policy API as the tests need them. */

import type { Answer, Finding, Release, Remedy } from "@atesaki/common/src/wire.ts";

export const CROWD = Array.from(
  { length: 26 },
  (_, index) => `v${String(index + 1).padStart(2, "0")}@gmail.com`,
);

const FINDING: Finding = {
  policy: "strangers_visible",
  rule: "many_strangers",
  action: "block",
  mode: "enforce",
  reason: "26 人に、それぞれ 25 人のアドレスが知られます。BCC に移してください。",
  evidence: { recipients: CROWD },
};

export const ALLOW: Answer = {
  decision_id: "0192-allow",
  action: "allow",
  release: null,
  findings: [],
  remedies: [],
  headline: "問題は見つかりませんでした。",
  dialog: { text: "", markdown: "" },
};

export const BLOCK: Answer = {
  decision_id: "0192-block",
  action: "block",
  release: "never",
  findings: [FINDING],
  remedies: [{ kind: "move_to_bcc", recipients: CROWD }],
  headline: "26 人に、それぞれ 25 人のアドレスが知られます。",
  dialog: { text: FINDING.reason, markdown: "**26 人**に、それぞれ 25 人のアドレスが知られます。" },
};

/** A warning that asks for `release`. */
export function warn(release: Release, remedies: readonly Remedy[] = []): Answer {
  const finding = { ...FINDING, action: "warn" as const };
  return { ...BLOCK, decision_id: "0192-warn", action: "warn", release, findings: [finding], remedies };
}

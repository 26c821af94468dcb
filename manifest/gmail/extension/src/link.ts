/** The line to the service worker: wakes it, tries once more when it died on the way, notices when it is gone for good. */

import type { ApiFailure, ReleaseRequest } from "@atesaki/common/src/api.ts";
import { readAnswer, readSecondCheck } from "@atesaki/common/src/wire.ts";
import type { FailureReason } from "@atesaki/common/src/wire.ts";
import type { Ask, Guidance, Reply, Worker } from "./protocol.ts";
import type { Refusal } from "./refusals.ts";

/** The part of `chrome.runtime` that is used; `id` disappears once the extension was updated under the page. */
export interface Runtime {
  readonly id?: string | undefined;
  sendMessage(message: Ask): Promise<unknown>;
}

export function linkTo(runtime: () => Runtime | undefined): Worker {
  const alive = () => Boolean(runtime()?.id);
  const send = async (message: Ask): Promise<unknown> => {
    const line = runtime();
    if (!line) {
      throw failure("offline");
    }
    return line.sendMessage(message);
  };
  const ask = async (message: Ask): Promise<unknown> => {
    // A worker that was killed while it answered is started again by the next message.
    const reply = (await send(message)
      .catch(() => send(message))
      .catch(gone)) as Reply<unknown> | undefined;
    if (!reply?.ok) {
      throw failure(reply?.reason ?? "exception", reply?.status);
    }
    return reply.value;
  };
  return {
    alive,
    guidance: async () => (await ask({ ask: "guidance" })) as Guidance,
    decide: async (message, locale, composing, under) =>
      readAnswer(await ask({ ask: "decide", message, locale, composing, under })),
    release: (decisionId: string, release: ReleaseRequest, account: string) =>
      ask({ ask: "release", decisionId, release, account }),
    askSecondCheck: async (decisionId, note, account) =>
      readSecondCheck(await ask({ ask: "ask_second_check", decisionId, note, account })),
    withdrawSecondCheck: (decisionId, account) => ask({ ask: "withdraw_second_check", decisionId, account }),
    secondCheck: async (decisionId, account) => {
      const check = await ask({ ask: "second_check", decisionId, account });
      return check === null ? null : readSecondCheck(check);
    },
    report: (decisionId, outcome, account) => ask({ ask: "report", decisionId, outcome, account }),
    refused: async (print) => (await ask({ ask: "refused", print })) as Refusal | null,
    degraded: (report) => ask({ ask: "degraded", report }),
    health: (health) => ask({ ask: "health", health }),
  };
}

function gone(): never {
  throw failure("offline");
}

function failure(reason: FailureReason, status = 0): ApiFailure {
  return Object.assign(new Error(`The worker gave no answer: ${reason}`), { reason, status });
}

/** Opens the pane's session over the fake Outlook and a scripted API. */

import type { Api, DecisionRequest, ReleaseRequest } from "@atesaki/common/src/api.ts";
import { stringsFor } from "@atesaki/common/src/strings.ts";
import type { Shown } from "@atesaki/common/src/view/warning.ts";
import type { Answer } from "@atesaki/common/src/wire.ts";
import { PaneSession } from "../pane/session.ts";
import { officeHost } from "../src/host.ts";
import { CROWD } from "./answers.ts";
import { CONFIG } from "./classic_engine.ts";
import { FakeHost } from "./fake/host.ts";
import type { Draft } from "./fake/item.ts";
import { draft, entries } from "./fake/item.ts";
import { PROFILES } from "./fake/profiles.ts";

export interface Opened {
  readonly fake: FakeHost;
  readonly draft: Draft;
  readonly session: PaneSession;
  readonly shown: Shown[];
  readonly said: string[];
  readonly releases: ReleaseRequest[];
  /** The next thing shown that is not "checking". */
  settled(): Promise<Shown>;
}

/** Opens the pane over a draft; `judge` answers checks and `api` replaces parts of the API. */
export function open(
  start: Draft,
  judge: (request: DecisionRequest) => Answer,
  api: Partial<Api> = {},
  profile: keyof typeof PROFILES = "web",
): Opened {
  const fake = new FakeHost(PROFILES[profile], start);
  Object.assign(globalThis, fake.globals());
  const shown: Shown[] = [];
  const said: string[] = [];
  const releases: ReleaseRequest[] = [];
  let tell: (shown: Shown) => void = () => undefined;
  const session = new PaneSession({
    host: officeHost({ read: 200, write: 200, token: 200 }),
    config: CONFIG,
    strings: stringsFor("ja"),
    api: {
      decide: (request) => {
        said.push(`check ${request.client.moment ?? "send"}`);
        return Promise.resolve().then(() => judge(request));
      },
      release: (id, request) => {
        said.push(`release ${id}`);
        releases.push(request);
        return Promise.resolve({});
      },
      askSecondCheck: () => Promise.reject(new Error("nobody can be asked")),
      withdrawSecondCheck: () => Promise.reject(new Error("nobody was asked")),
      secondCheck: () => Promise.resolve(null),
      report: (id, outcome) => Promise.resolve(said.push(`${outcome} ${id}`)),
      ...api,
    },
    token: () => Promise.resolve("pane-token"),
    show: (each) => {
      shown.push(each);
      if (each.state !== "checking") {
        tell(each);
      }
    },
    clock: () => 1234,
  });
  // A person presses the next button later than the same turn of the event loop.
  const settled = () =>
    new Promise<Shown>((resolve) => {
      tell = (each) => setTimeout(resolve, 0, each);
    });
  return { fake, draft: start, session, shown, said, releases, settled };
}

export const crowd = (): Draft => draft({ to: entries(...CROWD) });

/** The action of the decision that the pane shows, `undefined` where it shows none. */
export function lastAction({ shown }: Opened): Answer["action"] | undefined {
  const last = shown.at(-1);
  return last?.state === "judged" ? last.answer.action : undefined;
}

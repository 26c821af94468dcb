/** The fake Outlook as a script for a page, where the real pane runs in a frame of it. */

import { FakeHost } from "./host.ts";
import { draft, entries } from "./item.ts";
import { PROFILES } from "./profiles.ts";

Object.assign(globalThis, { FakeOutlook: { FakeHost, draft, entries, PROFILES } });

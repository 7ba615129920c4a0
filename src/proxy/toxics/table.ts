// Every toxic the proxy knows. To add one: its file beside this one, and its line here.

import { latency } from "./latency.ts";
import { noop } from "./noop.ts";
import type { ToxicKind } from "./toxic.ts";

/** In the order of the API's documentation; `enabled: false` on a proxy is Toxiproxy's "down" and no toxic. */
export const toxicKinds: readonly ToxicKind[] = [latency, noop];

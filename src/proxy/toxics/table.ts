// Every toxic the proxy knows. To add one: its file beside this one, and its line here.

import { bandwidth } from "./bandwidth.ts";
import { latency } from "./latency.ts";
import { limitData } from "./limit-data.ts";
import { noop } from "./noop.ts";
import { resetPeer } from "./reset-peer.ts";
import { slicer } from "./slicer.ts";
import { slowClose } from "./slow-close.ts";
import { timeout } from "./timeout.ts";
import type { ToxicKind } from "./toxic.ts";

/** In the order of the API's documentation; `enabled: false` on a proxy is Toxiproxy's "down" and no toxic. */
export const toxicKinds: readonly ToxicKind[] = [
  latency,
  bandwidth,
  slowClose,
  timeout,
  resetPeer,
  slicer,
  limitData,
  noop,
];

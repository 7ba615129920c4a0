// Every toxic the proxy knows. To add one: its file beside this one, and its line here.

import { bandwidth } from "./bandwidth.ts";
import { cutToolCall } from "./cut-tool-call.ts";
import { delayFirstByte } from "./delay-first-byte.ts";
import { endStream } from "./end-stream.ts";
import { errorEvent } from "./error-event.ts";
import { httpError } from "./http-error.ts";
import { latency } from "./latency.ts";
import { limitData } from "./limit-data.ts";
import { loss } from "./loss.ts";
import { misroute } from "./misroute.ts";
import { noop } from "./noop.ts";
import { outage } from "./outage.ts";
import { resetPeer } from "./reset-peer.ts";
import { slicer } from "./slicer.ts";
import { slowClose } from "./slow-close.ts";
import { stallBody } from "./stall-body.ts";
import { stallHead } from "./stall-head.ts";
import { stallStream } from "./stall-stream.ts";
import { timeout } from "./timeout.ts";
import { tornEvent } from "./torn-event.ts";
import { truncateStream } from "./truncate-stream.ts";
import type { ToxicKind } from "./toxic.ts";

/**
 * Toxiproxy's in the order of its documentation, then our own; `enabled: false` on a proxy is Toxiproxy's "down" and no
 * toxic.
 */
export const toxicKinds: readonly ToxicKind[] = [
  latency,
  bandwidth,
  slowClose,
  timeout,
  resetPeer,
  slicer,
  limitData,
  noop,
  loss,
  httpError,
  delayFirstByte,
  stallStream,
  stallBody,
  stallHead,
  truncateStream,
  endStream,
  errorEvent,
  tornEvent,
  cutToolCall,
  misroute,
  outage,
];

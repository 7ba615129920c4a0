// What parent and load process say to each other over IPC.

import type { StreamLoad } from "../records/conditions.ts";
import type { TrafficSpec } from "../core/target.ts";
import type { SenderEvent } from "../core/load-source.ts";
import type { Ms } from "../core/units.ts";
import type { LoadSummary } from "./generator.ts";

/** One stream of requests. */
interface StreamOptions {
  /** As its events name it; absent for the default stream. */
  readonly name?: string;
  /** Ports and secrets are filled in; `{field}` of the dataset's rows may be left. */
  readonly traffic: TrafficSpec;
  readonly spec: StreamLoad;
  /** The dataset's rows as JSON Lines, where its file is not on this machine. */
  readonly rows?: string;
}

export interface LoadOptions {
  /** At least one, each name once. */
  readonly streams: readonly StreamOptions[];
  /** Fixes send times and the row of every request. */
  readonly seed: number;
  /**
   * `process.hrtime.bigint()` of the trial's epoch, in decimal. The monotonic clock is one for all processes of a
   * machine, so instants of parent and child compare.
   */
  readonly epochNs: string;
  /** Tells trials apart in canaries and ids of traces; absent: the epoch does. */
  readonly trial?: string;
}

export type ToLoad =
  /**
   * `bodies` are those of the streams, in their order (see `bodiesOf`): numbers as they were written are objects of a
   * class, which would not cross.
   */
  { readonly type: "init"; readonly options: LoadOptions; readonly bodies: readonly (readonly string[])[] } | Conduct;

/** How load is conducted once it is ready, whoever sends it. */
export type Conduct =
  | { readonly type: "begin"; readonly atMs: Ms }
  | { readonly type: "set-rate"; readonly times: number; readonly atMs: Ms; readonly stream: string | undefined }
  | { readonly type: "stop"; readonly graceMs: Ms };

export type FromLoad =
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly reason: string }
  | { readonly type: "events"; readonly events: readonly SenderEvent[] }
  | { readonly type: "stopped"; readonly summaries: readonly LoadSummary[] };

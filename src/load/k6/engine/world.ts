// What all users of one script share: the clock, the one place that they may reach, and whom is told of their requests.

import type { Dispatcher } from "undici";
import type { Clock } from "../../../core/units.ts";
import type { SenderEvent } from "../../../core/load-source.ts";
import type { StreamLoad } from "../../../records/conditions.ts";
import type { EngineLimits } from "./engine.ts";
import type { Tags } from "../script/thresholds.ts";
import type { Metrics } from "./metrics.ts";
import type { Groups } from "./summary.ts";

export interface World {
  readonly clock: Clock;
  readonly spec: StreamLoad;
  /** The one origin that the script may reach. */
  readonly origin: string;
  readonly dispatcher: Dispatcher;
  readonly limits: EngineLimits;
  readonly metrics: Metrics;
  readonly groups: Groups;
  /** Of every sample: those of the options and of the scenario. */
  readonly tags: Tags;
  readonly emit: (event: SenderEvent) => void;
  /** Number of the next request in the stream. */
  readonly nextId: () => number;
  /** Something that the trial cannot go on with: it is told once, and nothing more is begun. */
  readonly fail: (reason: string) => void;
}

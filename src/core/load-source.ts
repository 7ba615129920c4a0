// Where requests of users come from: our own generator, later scripts of other tools and browsers. Sources stand in one
// table (src/load/index.ts); what target.yaml may say of a stream is the source's own.

import type { z } from "zod";
import type { CodedProblem } from "./errors.ts";
import type { HelperProcess } from "./host.ts";
import type { KeyProblem } from "./probe-kind.ts";
import type { StreamLoad } from "../records/conditions.ts";
import type { ClockEvent } from "../records/timeline/clock.ts";
import type { JourneyEvent } from "../records/timeline/journey.ts";
import type { ReadingEvent } from "../records/timeline/reading.ts";
import type { LateEvent, RequestEvent } from "../records/timeline/request.ts";
import type { ThresholdEvent } from "../records/timeline/threshold.ts";
import type { TroubleEvent } from "../records/timeline/trouble.ts";
import type { TargetStream } from "./target.ts";
import type { Ms } from "./units.ts";

/** What is said of requests by who sends them; with `stream` where it is not the default stream. */
export type SenderEvent = RequestEvent | LateEvent | TroubleEvent | ThresholdEvent;

/**
 * What a source says: of its requests; where another machine sends them, of that machine's clock; where a person in a
 * browser does, of the journeys, with a reading for each probe of the stream.
 */
export type LoadEvent = SenderEvent | ClockEvent | JourneyEvent | ReadingEvent;

/** A stream that a source is to send. */
export interface StreamOrder {
  /** As its events name it; absent for the default stream. */
  readonly name?: string;
  /** What target.yaml says of it. */
  readonly stream: TargetStream;
  readonly load: StreamLoad;
}

export interface LoadOrder {
  /** At least one. */
  readonly streams: readonly StreamOrder[];
  /** Fixes send times and whatever is chosen for each request. */
  readonly seed: number;
  /** The trial's epoch on the machine's monotonic clock (`process.hrtime.bigint()`), ns in decimal. */
  readonly epochNs: string;
  /** Fills the places of this start into a text of target.yaml, such as `{port:gateway}` in a URL. */
  readonly fill: (text: string) => string;
  /** Folder of target.yaml, absolute, which paths of streams are relative to; absent: they have none. */
  readonly dir?: string;
  /** Folders of this trial, for a source that works on files. */
  readonly folders?: TrialFolders;
}

interface TrialFolders {
  /** The trial's own folder: what is kept for people goes below it. */
  readonly kept: string;
  /** What is put here is gone with the trial, and the stack does not see it. */
  readonly work: string;
}

/** Load that is ready or under way. */
export interface LoadControl {
  /** Begins to send; `at` in ms since the epoch, at least 50 ms ahead, or the first requests are late. */
  begin(at: Ms): void;
  /** From `at` on, ms, `times` as many requests as planned; not cumulative. Without a name: of the default stream. */
  setRate(times: number, at: Ms, stream?: string): void;
  /** Ends sending, waits for what is under way, and for the last events. Idempotent. */
  stop(): Promise<void>;
}

/** A source that is being made ready beside the boot of a stack. It ends by itself when this process dies. */
export interface LaunchedSource {
  /** Its process, where it has one of its own. */
  readonly helper?: HelperProcess;
  /** Throws HarnessError "environment" when it cannot begin. To be called once. */
  start(order: LoadOrder, onEvent: (event: LoadEvent) => void): Promise<LoadControl>;
  /** Ends it, also when it was never started. */
  end(): Promise<void>;
}

/** How a source looks at files that a stream names, before anything is started. */
export interface SourceFiles {
  /** Is there a file at this absolute path? */
  exists(path: string): boolean;
  /** Its whole text; throws when it cannot be read. */
  read(path: string): string;
  /** The path as people are shown it. */
  shown(path: string): string;
}

/** A stream that an intent sends. */
export interface SentStream {
  /** File of the intent, as people are shown it. */
  readonly intent: string;
  /** The stream's own name. */
  readonly stream: string;
  readonly load: StreamLoad;
  /** A trial of the intent has load for so long at least, ms. */
  readonly atLeastMs: Ms;
}

/** A stream whose files are looked at. */
interface CheckedStream {
  readonly params: Readonly<Record<string, unknown>>;
  /** Folder of target.yaml, absolute. */
  readonly dir: string;
  /** By whom it is sent. */
  readonly sent: readonly SentStream[];
}

export interface MissingTool {
  /** What it is, such as `a browser`. */
  readonly needs: string;
  /** Where it was looked for, and what to do. */
  readonly says: string;
}

/** What the reader of a target must know of a source. */
export interface SourceKind {
  /** As `source:` of a stream names it. */
  readonly name: string;
  /** One sentence: who asks, and how. */
  readonly about: string;
  /**
   * True when send times are fixed before they come (open loop): latency counts from there, and a late send is known
   * as such. Without them latency counts from sending, and nothing is concluded from when requests were due.
   */
  readonly knowsSendTimes: boolean | ((written: Readonly<Record<string, unknown>>) => boolean);
  /** Keys of a stream in target.yaml beside its name and source. */
  readonly shape: z.ZodRawShape;
  /**
   * Looks at the files of a stream, and says everything that is wrong with them and beside the intents that send it;
   * absent: it has none.
   */
  check?(stream: CheckedStream, files: SourceFiles): Promise<readonly CodedProblem[]>;
  /**
   * What is not installed here and a stream cannot be sent without; undefined: nothing. Absent: it needs nothing.
   * `dir`: the folder of target.yaml.
   */
  readonly missing?: (
    params: Readonly<Record<string, unknown>>,
    dir: string,
    files: Pick<SourceFiles, "exists" | "shown">,
  ) => MissingTool | undefined;
  /** What is wrong with a stream's keys beyond their shape; paths are relative to the folder of target.yaml. */
  readonly checkKeys?: (written: Readonly<Record<string, unknown>>, files: KnownFiles) => readonly KeyProblem[];
  /** What its keys become; absent: they stay as written. `dir`: the folder of target.yaml. */
  readonly params?: (written: Readonly<Record<string, unknown>>, dir: string) => Readonly<Record<string, unknown>>;
  /** Probes whose readings it gives where an intent sends the stream; absent: none. */
  readonly probes?: (name: string, written: Readonly<Record<string, unknown>>) => readonly string[];
}

export interface KnownFiles {
  readonly exists: (path: string) => boolean;
}

export interface LoadSource extends SourceKind {
  /** Makes it ready; `mark` goes into the environment of its processes, for others to find them by. */
  launch(mark: Readonly<Record<string, string>>): LaunchedSource;
}

/** A load on a target that does nothing. */
export interface TriedLoad {
  /** Rates by rising, requests a second, and the time in which each was asked for, ms since the epoch of the events. */
  readonly tried: readonly { readonly ratePerSecond: number; readonly from: Ms; readonly to: Ms }[];
  readonly events: readonly RequestEvent[];
}

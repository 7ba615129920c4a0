// One replica of the stack in memory.
import type { IngestionLook } from "../../../../../targets/reference-ai-stack/healer/telemetry/read-ingestion.ts";
import type { SourceView } from "../../../../../targets/reference-ai-stack/healer/telemetry/read-sources.ts";
import type { Ending, TrafficSample, WayView } from "../../../../../targets/reference-ai-stack/healer/nouns.ts";

export interface FakeReplica {
  readonly service: string;
  readonly replica: string;
  readonly port: number;
  pid: number | null;
  weight: number;
  /** Added to the time of every answer that the gateway gets, ms. */
  edgeMs: number;
  /** Does not answer /health in time, though the process lives. */
  hung: boolean;
  damagedShare: number;
  /** To such a share of its rows no link leads, and all that it holds is right; absent: it does not say. */
  unlinkedShare?: number;
  /** Dead rows of its index; absent: it does not say. */
  dead?: number;
  /** Documents of a, b and c that it never had; absent: it does not say. */
  lacks?: readonly string[];
  /** Writes that its process has stored; absent: it does not say. */
  wrote?: number;
  /** Its disk refused the newest write, in these words; a new process has room again. */
  writeRefused?: string;
  /** Resident memory, MiB, and how much of it is added each second. */
  memoryMiB: number;
  leakMiB: number;
  /** The embedder computes other vectors than it did. */
  drifted: boolean;
  /** The files of its model can be put back; absent: they cannot. */
  ownModel?: true;
  /** So many of its passages have vectors of another model; absent: none. */
  misembedded?: number;
  /** The embedder hands out other vectors than it computes. */
  keptStale: boolean;
  failing: boolean;
  /** Answers out of its cache are wrong. */
  cacheRotten: boolean;
  /** Its health check is green, and it makes no token. */
  engineHung: boolean;
  /** What the ingestion says of its queue; absent: it has none. */
  queue?: IngestionLook;
  /** What people say that they do to it; absent: nothing. */
  maintenance?: string;
  /** How far its service is reduced, and how many replicas that may have; absent: not, and nobody says. */
  reduced?: number;
  most?: number;
  seq: number;
  /** Age of the oldest request that the gateway waits for there, ms. */
  oldestMs: number;
  /** Active checks that it was given. */
  checks: number;
  /** Active checks do not see how late its answers are. */
  blind: boolean;
  /** How its good answers end; absent: whole. Once it is set anywhere, the gateway says how all of them end. */
  ends?: Ending["how"];
  /** Who tries to log in, by the gateway; absent: nobody has an account. */
  sources?: readonly SourceView[];
  /** The ways to it; absent: there is one alone. */
  paths?: readonly WayView[];
  recent: (TrafficSample & { readonly at: number; readonly how: Ending["how"] })[];
}

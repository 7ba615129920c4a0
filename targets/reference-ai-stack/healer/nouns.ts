// The words that the rooms of the healing loop share: what is seen, what it may mean, what is done about it.
import type { MetricLook } from "./telemetry/metrics/metric-look.ts";
import type { IngestionLook } from "./telemetry/read-ingestion.ts";
import type { SourceView } from "./telemetry/read-sources.ts";
import type { EmbeddedTexts, StoredTexts } from "./telemetry/read-stored.ts";
import type { HeldDocument, HeldPart, ManifestView, SelfRetrievalView } from "./telemetry/vector-views.ts";

/** A clock that only goes forward, the calendar's time for records, and a way to wait. Tests hand in their own. */
export interface Clock {
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** ISO 8601, UTC. */
  readonly wallTime: () => string;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Where something is wrong: always a service, and the replica when it is known. */
export interface Scope {
  readonly service: string;
  readonly replica?: string;
}

/** One row of the supervisor's roll-call. */
export interface ReplicaEntry {
  readonly service: string;
  readonly replica: string;
  readonly pid: number | null;
  readonly port: number;
  readonly weight?: number;
  /** What people are doing to it on purpose now, in their words; absent: nothing. */
  readonly maintenance?: string;
  /** So many replicas its service may have; absent: nobody says. */
  readonly most?: number;
  /** How far its service is reduced, 1 to 3; absent: full service. */
  readonly reduced?: number;
  /** It keeps what it has answered, in a file; absent: it does not. */
  readonly keeps?: true;
  /** The files of its model are the stack's own, so that they can be replaced; absent: they are not. */
  readonly ownModel?: true;
  /** Versions of the model that it serves; absent: it serves none. */
  readonly models?: ServedModels;
}

/** Which version answers whom. */
export interface ServedModels {
  readonly stable: string;
  readonly canary: { readonly version: string; readonly share: number } | null;
  /** Stable versions before, the last one last. */
  readonly before: readonly string[];
}

/** What the gateway notes of one answer to a user. */
export interface AnswerView {
  readonly seq: number;
  readonly version: string;
  /** It cites a passage that it was given. */
  readonly cites: boolean;
  /** It names a symbol or an id that stands neither in what it was given nor in the corpus. */
  readonly inventsSymbols: boolean;
  /** From asking a replica to the first byte, ms. */
  readonly firstMs: number;
  /** From the first byte to the last, a token, ms; null: nobody has counted tokens. */
  readonly tokenMs: number | null;
  /** The same for the same question with the same passages; and for the same answer. */
  readonly asked: string;
  readonly said: string;
  /** One of a few groups of users. */
  readonly cluster: number;
}

/** How a golden question of the healer's own was answered. */
export interface GoldenView {
  /** The version that answered, by its own word. */
  readonly model: string;
  /** It cites the right passage, and makes no symbol up. */
  readonly right: boolean;
  /** Until the whole answer was there, ms. */
  readonly ms: number;
}

/** What the healer can see of versions of the model. `null` = nothing was seen. */
export interface ModelEyes {
  /** Answers behind that number, the oldest first; `isWaiting`: where there is none, it may wait a second for one. */
  answers(since: number, isWaiting?: boolean): Promise<readonly AnswerView[] | null>;
  /** Golden questions at these places, asked of a replica; `version`: by name, else of whichever answers. */
  goldens(
    port: number,
    version: string | undefined,
    places: readonly number[],
  ): Promise<readonly (GoldenView | null)[] | null>;
}

/** One answered (or failed) request as the gateway saw it; `ms` is the time to the first byte. */
export interface TrafficSample {
  readonly seq: number;
  readonly ms: number;
  readonly ok: boolean;
  /** The replica was full: no answer, and no failure either. */
  readonly throttled?: boolean;
}

/** How one exchange ended, known at its very end. */
export interface Ending {
  readonly seq: number;
  readonly how: "whole" | "failed" | "broken" | "throttled";
}

/** What the gateway reports of one upstream replica: its weight and the samples of the last seconds. */
export interface UpstreamView {
  readonly service: string;
  readonly replica: string;
  readonly weight: number;
  /** Requests sent to it since the gateway's start, answered or not yet. */
  readonly started: number;
  /** Ages of the requests that still wait for their first byte, ms. */
  readonly waiting: readonly number[];
  /** Age of the oldest request that it has not answered to its end, ms; 0 when there is none. */
  readonly oldestMs?: number;
  readonly recent: readonly TrafficSample[];
  /** How exchanges of the last seconds ended; absent: the gateway does not say. */
  readonly endings?: readonly Ending[];
  /** The ways to it, as the gateway finds them; absent: there is one alone. */
  readonly paths?: readonly WayView[];
}

/** What the gateway knows of one way to a replica. */
export interface WayView {
  readonly path: string;
  readonly inUse: boolean;
  /** Tries in a row without an answer. */
  readonly misses: number;
  /** How long an answered try takes lately, ms; null: none was answered yet. */
  readonly ms: number | null;
  /** No try was missed for so long, ms. */
  readonly wholeMs: number;
}

/** What the process of a replica holds, and how much of it it may hold. */
export interface ResourceView {
  /** Resident memory, bytes. */
  readonly memory: Usage;
  /** Open files and sockets; null where the platform does not say. */
  readonly handles: Usage | null;
}

export interface Usage {
  readonly used: number;
  readonly limit: number;
}

/** Prompts that a replica was asked twice: with what it has cached, and around it. */
export interface TwiceView {
  readonly asked: number;
  /** Of these, so many were answered otherwise. */
  readonly differing: number;
}

/** What users asked of an embedder lately, as sketches of the questions' vectors. */
export interface QuestionsView {
  /** Questions since the embedder's start. */
  readonly count: number;
  /** Of the last of them, the newest last. */
  readonly sketches: readonly Float32Array[];
}

/** good: answered 200 · refused: nobody listens or the connection was cut · silent: no answer in time, or not a 200. */
export interface Pulse {
  readonly state: "good" | "refused" | "silent";
  /** How long the look took, ms. */
  readonly ms: number;
  readonly says: string;
  /** It has answered another look so long ago, ms, and was not asked again; absent: it was asked. */
  readonly agoMs?: number;
}

/**
 * What came of asking for one token. good: it was made · refused: nobody listens or the connection was cut · silent:
 * not in time · busy: sent away, or an answer without it.
 */
export interface CompletionView {
  readonly state: "good" | "refused" | "silent" | "busy";
  readonly says: string;
}

/** One look of telemetry. `at` is when the answer was there, on the healer's clock. */
export type Observation =
  | { readonly kind: "roll-call"; readonly at: number; readonly replicas: readonly ReplicaEntry[] }
  | { readonly kind: "pulse"; readonly at: number; readonly scope: ReplicaScope; readonly pulse: Pulse }
  | { readonly kind: "completion"; readonly at: number; readonly scope: ReplicaScope; readonly seen: CompletionView }
  | { readonly kind: "manifest"; readonly at: number; readonly scope: ReplicaScope; readonly manifest: ManifestView }
  | {
      readonly kind: "self-retrieval";
      readonly at: number;
      readonly scope: ReplicaScope;
      readonly view: SelfRetrievalView;
    }
  | {
      readonly kind: "holdings";
      readonly at: number;
      readonly scope: ReplicaScope;
      readonly parts: readonly HeldPart[];
    }
  | { readonly kind: "resources"; readonly at: number; readonly scope: ReplicaScope; readonly view: ResourceView }
  /** `fresh`: computed by the model for this look; else as users get them, from a cache perhaps. */
  | {
      readonly kind: "embeddings";
      readonly at: number;
      readonly scope: ReplicaScope;
      readonly fresh: boolean;
      readonly texts: EmbeddedTexts;
    }
  | { readonly kind: "twice"; readonly at: number; readonly scope: ReplicaScope; readonly view: TwiceView }
  | { readonly kind: "ingestion"; readonly at: number; readonly scope: ReplicaScope; readonly view: IngestionLook }
  | { readonly kind: "stored-texts"; readonly at: number; readonly scope: ReplicaScope; readonly view: StoredTexts }
  | { readonly kind: "questions"; readonly at: number; readonly scope: ReplicaScope; readonly view: QuestionsView }
  | { readonly kind: "answers"; readonly at: number; readonly answers: readonly AnswerView[] }
  | { readonly kind: "sources"; readonly at: number; readonly sources: readonly SourceView[] }
  | { readonly kind: "traffic"; readonly at: number; readonly upstreams: readonly UpstreamView[] }
  /** What a replica's server says of itself; `past`: from before the healer began. */
  | {
      readonly kind: "metrics";
      readonly at: number;
      readonly scope: ReplicaScope;
      readonly look: MetricLook;
      readonly past?: boolean;
    }
  /** An earlier life of the healer saw the whole stack well: what is down now is not still starting. */
  | { readonly kind: "was-well"; readonly at: number; readonly learned?: Readonly<Record<string, unknown>> }
  /** The healer's own memory on disk: what is wrong with it, or null. */
  | { readonly kind: "state"; readonly at: number; readonly scope: ReplicaScope; readonly trouble: string | null };

export interface ReplicaScope {
  readonly service: string;
  readonly replica: string;
}

/** Something that a detector holds to be out of order now, in words. */
export interface Signal {
  /** A name of the table in signals/. */
  readonly name: string;
  readonly scope: Scope;
  readonly says: string;
  /** The version of the model that it is about, where it is about one. */
  readonly about?: string;
  /** The statistic over its calibrated limit, above 1; absent where there is no such limit. */
  readonly strength?: number;
  /** What it rests on may be older by this, ms: nobody can see it sooner. Absent: it was seen as it was. */
  readonly freshMs?: number;
}

/** What is out of order at one place. */
export interface Suspicion {
  readonly scope: Scope;
  readonly signals: readonly Signal[];
}

/** The scope in one word, equal for equal scopes: the replica, else the service. */
export function scopeKey(scope: Scope): string {
  return scope.replica ?? scope.service;
}

/** Something that was changed on purpose, by whom and when. */
export interface Change {
  /** ISO 8601. */
  readonly at: string;
  /** The operation with what it was given, in words. */
  readonly what: string;
  readonly by: string;
  /** Absent: the stack as a whole. */
  readonly scope?: Scope;
}

/** How a diagnosis came about: signals, edges of the service graph, recent changes. */
export interface Evidence {
  /** Where the trouble comes from; not always where it was loud. */
  readonly root: Scope;
  readonly signals: readonly Signal[];
  /** From where users come in down to the root's service; empty when nobody calls it, or nobody knows. */
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  /** On the way, the newest first. */
  readonly changes: readonly Change[];
}

export interface Diagnosis {
  /** A class that a pathway answers. */
  readonly class: string;
  readonly confidence: number;
  readonly runnersUp: readonly { readonly class: string; readonly confidence: number }[];
  /** Absent: the case was classified by an earlier version. */
  readonly evidence?: Evidence;
  readonly reasons: readonly string[];
}

/** One incident from detection to its end. */
export interface Incident {
  readonly id: string;
  readonly scope: Scope;
  readonly signals: readonly Signal[];
}

/** What one action may touch: one replica, one service, or the whole stack. */
export type Target =
  | { readonly scope: "replica"; readonly service: string; readonly replica: string }
  | { readonly scope: "service"; readonly service: string }
  | { readonly scope: "stack" };

/** How far a pathway reaches. */
export type ScopeKind = Target["scope"];
export type TargetOf<Kind extends ScopeKind> = Extract<Target, { readonly scope: Kind }>;

/** The action of a pathway on exactly one target. */
export interface Remedy<To extends Target = Target> {
  /** A name of the table in pathways/. */
  readonly pathway: string;
  readonly target: To;
  /** One of the pathway's ways of acting. */
  readonly means: string;
  /** What that way needs and a look has found, such as a good peer. */
  readonly found?: string;
  /** The limit that it sets, where the pathway sets one. */
  readonly amount?: number;
}

export interface Outcome {
  readonly outcome: "done" | "failed";
  readonly says: string;
}

export interface Proof {
  readonly healed: boolean;
  /** The remedy has made something worse than it was before. */
  readonly worse?: true;
  readonly reasons: readonly string[];
}

/** What the healer can see of the stack. Every call answers within its own time limit; `null` = nothing was seen. */
export interface Eyes {
  rollCall(): Promise<readonly ReplicaEntry[] | null>;
  /** `mayBeOther`: who has answered another look just now need not be asked. */
  pulse(port: number, mayBeOther?: boolean): Promise<Pulse>;
  /** A real completion of one token, straight to the replica. */
  completion(port: number): Promise<CompletionView | null>;
  manifest(port: number): Promise<ManifestView | null>;
  /** Of so many of its own rows, others from look to look. */
  selfRetrieval(port: number, rows: number): Promise<SelfRetrievalView | null>;
  /** What a vector replica's record store holds, in parts that can be compared. */
  holdings(port: number): Promise<readonly HeldPart[] | null>;
  /** The documents of these parts. */
  held(port: number, parts: readonly number[]): Promise<readonly HeldDocument[] | null>;
  /** Is there a snapshot that an index could be restored from? `asked`: it was opened and asked for its rows, too. */
  snapshotGood(asked: boolean): Promise<boolean | null>;
  /** Did it make or read a token within a second, by its own page? null: it has none that says so. */
  tokensMove(port: number): Promise<boolean | null>;
  resources(port: number, replica?: string): Promise<ResourceView | null>;
  /** The frozen texts at these places, embedded now; `fresh`: by the model, whatever a cache has. */
  embeddings(port: number, places: readonly number[], fresh: boolean): Promise<EmbeddedTexts | null>;
  /**
   * Passages of the vector replica at `port`, embedded again by the embedder at the other; `fresh`: by its model. Null
   * also while frozen texts have other vectors.
   */
  storedTexts(port: number, embedderPort: number, fresh: boolean): Promise<StoredTexts | null>;
  questions(port: number): Promise<QuestionsView | null>;
  /** What the ingestion says of its queue. */
  ingestion(port: number): Promise<IngestionLook | null>;
  /**
   * Some prompts of the healer's own, asked of an inference replica, or of the gateway, with its cache and around it.
   * `whileAsked`: a gateway that no user asks is left alone.
   */
  askTwice(port: number, service: string, whileAsked?: boolean): Promise<TwiceView | null>;
  traffic(): Promise<readonly UpstreamView[] | null>;
  /** Who tries to log in; null also where nobody has an account. */
  sources(): Promise<readonly SourceView[] | null>;
  readonly models: ModelEyes;
  /** An active check of one upstream through the gateway's own edge: ms, or null when it failed. */
  check(replica: string): Promise<number | null>;
}

/** What is known around the stack's replicas. `null` = nobody could say. */
export interface Surroundings {
  /** Service → the services that it calls. */
  graph(): Promise<ReadonlyMap<string, ReadonlySet<string>> | null>;
  changes(): Promise<readonly Change[] | null>;
}

export type OperationArgs = Readonly<Record<string, string | number | null | Readonly<Record<string, number>>>>;

/** What the healer can do to the stack: one operation of the supervisor at a time. */
export interface Hand {
  /**
   * Answers with what came of it, and never throws. The supervisor does each key at most once, and answers the same
   * again when it is asked again; without a key it does whatever it is asked.
   */
  do(operation: string, args: OperationArgs, key?: string): Promise<Outcome>;
}

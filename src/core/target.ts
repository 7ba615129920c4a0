// The target contract as data: what `target.yaml` says (see targets/README.md). Produced by src/intent from YAML.

import type { PathwayTraits, Tier } from "../records/plan.ts";
import type { ApprovalsSpec } from "./approvals.ts";
import type { ComposeSpec, ContainerPlace, ContainersSpec } from "./containers.ts";
import type { DeliveriesSpec } from "./deliveries.ts";
import type { DocumentsSpec } from "./documents.ts";
import type { Written } from "./exact-json.ts";
import type { FeedSource } from "./feed-source.ts";
import type { Health } from "./health.ts";
import type { ModelsSpec } from "./models.ts";
import type { ProbeSpec } from "./probe-kind.ts";
import type { Ms, Share } from "./units.ts";

interface TargetReplica {
  readonly id: string;
  /**
   * The environment variable through which the stack is told the port this replica listens on; there where the stack
   * chooses none itself.
   */
  readonly portEnv?: string;
  /** There on a platform of containers. */
  readonly container?: ContainerPlace;
}

/** How much may be broken at once, and for how long. */
export interface Limits {
  /** Most replicas of a service that may be hit at once, over all disturbances together. */
  readonly maxShare: Share;
  /** Longest time a fault may be in place. */
  readonly maxDurationMs: Ms;
  /** Greatest dose of a fault whose parameter is a share (`share`, `toxicity`). */
  readonly maxDose: Share;
}

export interface TargetService {
  readonly name: string;
  /** Those that the stack starts with. */
  readonly replicas: readonly TargetReplica[];
  /** Most that there may be while it runs; absent: those that it starts with. */
  readonly most?: number;
  /** Path that says whether the replica is well; `/` where it is asked by a connection alone. */
  readonly healthPath: string;
  /** How it is asked, where that is more than the path; see `healthOf`. */
  readonly health?: Omit<Health, "path">;
  /** How one prompt is asked twice: as users ask, and around what is cached. */
  readonly askedTwice?: AskedTwice;
}

/** A JSON body for each of two questions that must have the same answer; `{n}` in a text: the number of the prompt. */
export interface AskedTwice {
  readonly path: string;
  /** By which the target tells our questions from its users'. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** One for each prompt, in turn, as `{word}` in a text. */
  readonly words?: readonly string[];
  /** Pairs of such words that are nearly the same and have other answers. */
  readonly opposites?: readonly (readonly [string, string])[];
  /** Fields that are added where nothing cached may be used; `{nonce}` in a text is new each time. */
  readonly around: Readonly<Record<string, unknown>>;
}

/**
 * A network edge between two services; the stack calls the address it is given in `addressEnv` (`host:port`), or the
 * name that it calls anyway, where the platform can take names over.
 */
export interface TargetEdge {
  readonly from: string;
  readonly to: string;
  readonly addressEnv?: string;
  /** Which way it is, where several lead from there to here; absent: the usual one. */
  readonly via?: string;
}

/**
 * Requests that we send ourselves. Fields such as `{question}` in texts are filled from the dataset's rows; see
 * dataset.ts.
 */
export interface TrafficSpec {
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Written;
  /**
   * How answers come. sse: chat or legacy completions in the manner of OpenAI; responses: OpenAI's Responses;
   * anthropic: Anthropic's messages (all three as event streams); ndjson: Ollama's lines of JSON; whole: one body.
   */
  readonly stream: "sse" | "responses" | "anthropic" | "ndjson" | "whole";
  /**
   * For event streams, what ends one: `finish_reason` (the reason itself), `end` (a reason and the clean end of the
   * body), or the data, name or type of the event that does. Absent: what the protocol says; see targets/README.md.
   */
  readonly done?: string;
  /** For whole bodies, what one must be. Absent: told from the request and from the body. */
  readonly answer?: "completion" | "json" | "text";
  /** JSON Lines file of rows, absolute. */
  readonly dataset?: string;
  /** Right when the answer's text contains this (after filling in). */
  readonly rightWhenContains?: string;
  /** `{canary}` is a word of its own in each request; an answer that holds another request's is leaked. */
  readonly canary?: true;
  /** Users who take several steps one after the other; absent: each request stands alone. See core/session.ts. */
  readonly session?: readonly SessionUsers[];
}

/** How long a user thinks, drawn evenly between the two. */
export interface Think {
  readonly leastMs: Ms;
  readonly mostMs: Ms;
}

/** One step: a request, and what comes before it. */
export interface SessionStep {
  readonly name: string;
  /** Between the end of the step before and this one; nothing before the first. */
  readonly think: Think;
  /** True: it speaks of the row of the step before; else a row is drawn for it. */
  readonly sameRow: boolean;
  /** Whole, with what it shares with the stream. */
  readonly request: TrafficSpec;
}

/** A group of users who do the same. */
export interface SessionUsers {
  readonly name: string;
  /** Share of the sessions that are theirs; those of a stream add up to 1. */
  readonly share: number;
  /** Each session has one of them, for `{key}` in headers; empty: they have none. */
  readonly keys: readonly string[];
  /** At least one. */
  readonly steps: readonly SessionStep[];
}

/** A stream of a source other than our own requests; what `params` hold is the source's to know. */
interface SourceStream {
  readonly name: string;
  /** Name of the source. */
  readonly source: string;
  /** The source decides itself when to send. */
  readonly closedLoop?: true;
  /** Probes whose readings the source gives where an intent sends the stream; absent: none. */
  readonly probes?: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
}

/** A named stream of users' requests. */
export type TargetStream = TrafficSpec | SourceStream;

export interface TargetCommand {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: Ms;
}

/** One value that a setting may have. */
export interface SettingValue {
  /** What the variable is set to. */
  readonly value: string;
  readonly about?: string;
  /** Tiers of pathways under this value, where they differ from what `pathways` say. */
  readonly tiers?: Readonly<Record<string, Tier>>;
  /** How the rows of published files lie under this value; absent: in one piece. */
  readonly rows?: "in-pieces";
  /** The format under which the index is published then. */
  readonly format?: string;
}

/** How the action of a pathway is switched off in a healer that knows nothing of us. */
export interface Ablation {
  /** Variables of the start that have these values instead. */
  readonly env?: Readonly<Record<string, string>>;
  /** The command by which the stack is started instead. */
  readonly command?: readonly string[];
  /** On docker: the restart policy that its services have instead. */
  readonly restartPolicy?: "no";
  /** On a Swarm: the restart condition that its services have instead. */
  readonly restartCondition?: "none";
  /** On a Swarm: what follows instead when an update fails. */
  readonly failureAction?: "pause";
}

/** A named choice of how the target starts; intents pick one of its values. */
export interface Setting {
  readonly about: string;
  /** The environment variable that carries it. */
  readonly env: string;
  readonly values: Readonly<Record<string, SettingValue>>;
  /** The value that holds where nothing is chosen. */
  readonly byDefault: string;
}

export interface Target {
  readonly name: string;
  /** Folder of target.yaml, absolute; commands run there. */
  readonly dir: string;
  readonly file: string;
  /** Of the files that it is made of; absent where nobody asked, or it could not be had. */
  readonly filesDigest?: string;
  readonly summary: string;
  /** Name of the platform that it runs on. */
  readonly platform: string;
  /** It was chosen for a run in place of its own: trials there are not of one kind with the others. */
  readonly isElsewhere?: true;
  readonly chaosAllowed: boolean;
  /** What target.yaml says of its blast radius; `limitsOf` fills in the rest. */
  readonly limits?: Partial<Limits>;
  /** Hosts and address blocks other than loopback that the target names itself; see core/addresses.ts. */
  readonly addresses?: readonly string[];
  /** Run once before the first trial; idempotent; fills caches. */
  readonly prepare?: TargetCommand;
  /** Its command has no words where the platform starts containers. */
  readonly start: TargetCommand & {
    readonly readyUrl: string;
    readonly stopTimeoutMs: Ms;
    /** What runs it instead of the command where it is asked for on the platform docker. */
    readonly compose?: ComposeSpec;
  };
  /** There exactly when the platform runs containers. */
  readonly containers?: ContainersSpec;
  readonly services: readonly TargetService[];
  readonly edges: readonly TargetEdge[];
  /** Absent where the platform itself knows who runs where; on processes such a target can only be checked. */
  readonly inventoryUrl?: string;
  readonly control?: {
    readonly tokenEnv: string;
    readonly startReplicaUrl: string;
    /** Has a replica load its files anew. */
    readonly reloadReplicaUrl?: string;
    /** Restarts a replica as people plan it: without a failed request, and the healer is told. */
    readonly maintainReplicaUrl?: string;
    /** Does work to a replica that operators may ask for, by name. */
    readonly workOnReplicaUrl?: string;
    /** Works that may be asked for there. */
    readonly works?: readonly string[];
  };
  /** Streams of users' requests; the first is the default stream, which is meant where none is named. */
  readonly streams: readonly [TargetStream, ...TargetStream[]];
  readonly probes: readonly ProbeSpec[];
  /** The incident feed: CloudEvents 1.0 over SSE. */
  readonly feedUrl?: string;
  /** Who tells of its incidents in words of its own; never beside `feedUrl`. */
  readonly feedSource?: FeedSource;
  /** The healer's hash-chained audit; see targets/README.md. */
  readonly auditUrl?: string;
  /** Where one of its own traces is read, with `{trace}` for the id; absent: nobody asks for traces. */
  readonly tracesUrl?: string;
  /** How documents are written and found again; absent: data loss is only seen through counts. */
  readonly documents?: DocumentsSpec;
  readonly classes: readonly string[];
  readonly pathways: readonly ({ readonly name: string; readonly summary: string } & PathwayTraits)[];
  /** How versions of its model are rolled out; absent: it has none that could be. */
  readonly models?: ModelsSpec;
  /** How batches of documents are brought to it; absent: none are. */
  readonly deliveries?: DeliveriesSpec;
  /** How a person answers what the healer asks; absent: no operator can be scripted. */
  readonly approvals?: ApprovalsSpec;
  /** Choices of how it starts, by name; absent: none. */
  readonly settings?: Readonly<Record<string, Setting>>;
  /** Environment variable that takes a comma-separated list of pathways whose action becomes a no-op. */
  readonly ablationEnv?: string;
  /** How the actions of pathways are switched off, by pathway: before `ablationEnv`, and without its word. */
  readonly ablations?: Readonly<Record<string, Ablation>>;
  /**
   * Environment variable that takes a folder: what the healer learns of its incidents lies there and nowhere else, and
   * an empty one means that it has learned nothing.
   */
  readonly learningEnv?: string;
  /** Environment variable that is `1` when the stack shall start without its healer. */
  readonly unhealedEnv?: string;
}

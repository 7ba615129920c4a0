// Where faults act, and the few controls they may ask for. At most four methods to a control.

import type { PublishedFile } from "../records/inventory.ts";
import type { SiteRef } from "../records/site.ts";
import type { Answer } from "./answer.ts";
import type {
  EngineControl,
  MemoryControl,
  NetworkControl,
  ManagersControl,
  NodeControl,
  QuotaControl,
  ReleaseControl,
  RolloutControl,
} from "./container-controls.ts";
import type { DeliveriesSpec } from "./deliveries.ts";
import type { DiskControl } from "./disk-control.ts";
import type { OpenFile } from "./file-damage.ts";
import type { EventControl, ToldEffect } from "./told-effect.ts";
import type { Json, Ms, Share } from "./units.ts";

/** Puts toxics on one edge (the proxy between two services) and measures the edge by a path of its own. */
export interface EdgeControl {
  /** Adds (or replaces) a toxic; attributes as in Toxiproxy's API. */
  addToxic(toxic: ToxicSpec): Promise<void>;
  /** Takes a toxic away; true if it was there. */
  removeToxic(name: string): Promise<boolean>;
  /**
   * Undefined when the proxy itself is gone for certain: toxics live in its memory alone, so that there is none either.
   */
  toxicNames(): Promise<readonly string[] | undefined>;
  /**
   * Round trip of one small HTTP request to the replica's health path through the edge, in ms; `padding`: bytes that it
   * carries besides, in a header, at most 8,000.
   */
  roundTripMs(signal: AbortSignal, padding?: number): Promise<Ms>;
}

/** What a toxic on that edge does to answers that are none of ours. Goes with `edge` where the proxy counts it. */
export interface StrikeControl {
  /** Answers that the toxic of that name has harmed, also after it was taken away. */
  struck(toxic: string): Promise<number>;
}

/** One replica of the target, and where it listens on this machine. */
export interface Place {
  readonly replica: string;
  readonly service: string;
  readonly port: number;
  /** Services that have an edge to it. */
  readonly calledBy: readonly string[];
}

/** Where else requests may come out, and who answers them. Goes with `edge`. */
export interface RouteControl {
  /** All replicas that the target lists, the site's own too. */
  places(): readonly Place[];
  /** As what the site's health path is answered over a new connection through the edge: `200 {rows, status}`. */
  through(signal: AbortSignal): Promise<string>;
  /** The same path at that replica, past every proxy. */
  straight(replica: string, signal: AbortSignal): Promise<string>;
}

export interface ToxicSpec {
  readonly name: string;
  readonly type: string;
  readonly stream: "upstream" | "downstream";
  readonly toxicity: Share;
  readonly attributes: Readonly<Record<string, number>>;
}

/**
 * Signals to what runs as one replica, and whether it is alive. An `instance` is a text of the platform: equal exactly
 * when it is the same incarnation, also after a reboot, so that an undo can name it.
 */
export interface ProcessControl {
  /** The replica's living instance; undefined when it has none. */
  find(): Promise<string | undefined>;
  /** Sends a signal to exactly that instance; refuses one that is not of the stack under test, or is gone. */
  signal(instance: string, signal: NodeJS.Signals): Promise<void>;
  /** Asks the platform, not the target; false when another incarnation runs by now. */
  isAlive(instance: string): Promise<boolean>;
  /** True while that instance lives and is stopped by a signal. */
  isStopped(instance: string): Promise<boolean>;
}

/**
 * The processes that one replica has started, and those started by them: workers, an engine. Signals reach them by
 * {@link ProcessControl}.
 */
export interface WorkerControl {
  /** Those that live and descend from that instance, by number; empty when it has none, or is gone. */
  find(instance: string): Promise<readonly string[]>;
}

/** How long a process was let run, and what it used, since it is kept to a share. */
export interface ShareReached {
  readonly wallMs: Ms;
  /** From each signal to go on until the next one to stop. */
  readonly ranMs: Ms;
  /** Time of processors that it used, all its threads together, by the system's own count. */
  readonly usedMs: Ms;
  /** Threads that may run at once, at most. */
  readonly processors: number;
  readonly isGone: boolean;
}

/** Keeps the process of one replica to a share of the time. */
export interface ShareControl {
  /**
   * Stops it and lets it go on in turn, as long as `goesOn` (asked at the end of each period) says so, it lives, and
   * the signal does not end it. Leaves it stopped, or as it is when the signal came. Refuses one that is not of the
   * stack under test.
   */
  keep(
    instance: string,
    how: { readonly share: Share; readonly periodMs: Ms; readonly goesOn: (reached: ShareReached) => boolean },
    signal: AbortSignal,
  ): Promise<ShareReached>;
}

/**
 * memory: what a process may write to, bytes; handles: open files and sockets; file-size: how long a file may be that
 * it writes to, bytes.
 */
export type LimitName = "memory" | "handles" | "file-size";

/** Limits of one process as the platform enforces them. */
export interface LimitControl {
  /** The soft limit: a whole number or `unlimited`; undefined when the instance is gone. */
  soft(instance: string, limit: LimitName): Promise<string | undefined>;
  /**
   * The soft limit under which it may take exactly that much more, in the limit's unit; undefined when it cannot be
   * seen. Handles are limited by number, and the lowest free one is taken first: gaps count as room. Of file sizes it
   * is the longest file that it has open to write to which may become that much longer.
   */
  under(instance: string, limit: LimitName, room: number): Promise<number | undefined>;
  /** Sets the soft limit of exactly that instance; refuses one that is not of the stack under test, or is gone. */
  setSoft(instance: string, limit: LimitName, value: string): Promise<void>;
}

/** What a client of ours asks one replica. */
export interface ClientPlan {
  readonly path: string;
  /** `{n}` in its texts becomes the number of the request, `{filler}` the filler. */
  readonly body: Json;
  /** So many words, as they are given one after the other, or else of so many letters with spaces between. */
  readonly filler: { readonly words: number; readonly wordBytes: number; readonly word?: string };
  /** Beside the content type. */
  readonly headers?: Readonly<Record<string, string>>;
  /** An address of this machine that it asks from, such as 127.0.0.66; the system's choice when absent. */
  readonly from?: string;
  /**
   * unread: it opens so many streams and reads none of them. asked: it asks at once, then so often a second, and reads
   * all; after `most` requests or `forMs` it asks no more.
   */
  readonly does:
    | { readonly unread: number }
    | { readonly askedPerSecond: number; readonly most?: number; readonly forMs?: Ms };
}

/** What became of a client's requests so far. `answered` 200: the head of the answer came. */
export interface ClientView {
  readonly sent: number;
  readonly answered: number;
  /** Of those answered, the streams that are still open. */
  readonly open: number;
  readonly refused: number;
  /** Answers by their HTTP status. */
  readonly statuses: Readonly<Record<string, number>>;
  /**
   * Streams not read whose other end is open and has bytes that it cannot send, by the system: the server waits for us.
   * Absent where the system does not show it.
   */
  readonly held?: number;
}

/** A client of ours, in a process of its own, that asks one replica straight and off users' way. */
export interface ClientControl {
  /** Starts the process, which asks nobody yet: its name, for the undo. It ends with us, and after ten minutes. */
  start(): Promise<string>;
  begin(client: string, plan: ClientPlan): Promise<void>;
  /** Undefined when it has ended, or another process has started it. */
  look(client: string): Promise<ClientView | undefined>;
  /** Ends it, in a later process too; its connections end with it. True once it is gone. */
  end(client: string): Promise<boolean>;
}

/** Starts a replica that is down, through the operator control that the target publishes; harmless when it runs. */
export interface ReplicaControl {
  /** `instance`: what runs now, by the target's answer. */
  ensureRunning(signal: AbortSignal): Promise<{ readonly started: boolean; readonly instance: string }>;
  /**
   * Has it load its files anew, where the target offers that; a replica may refuse a file, and go on with what it has.
   */
  readonly reload?: (
    signal: AbortSignal,
  ) => Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }>;
}

/** A restart as people plan it, through the operator control that the target publishes. */
export interface MaintenanceControl {
  /**
   * Has the target take the replica out of the traffic, restart it and give it its share again, and tell its healer
   * meanwhile; resolves once that is over, to what runs now by the target's answer.
   */
  restart(signal: AbortSignal): Promise<string>;
}

/** Work that operators have done to a replica, through the operator control that the target publishes. */
export interface WorkControl {
  /** What the target lets be asked for. */
  readonly works: readonly string[];
  /** Has the target begin; it goes on after `signal` was aborted, too. */
  begin(work: string, signal: AbortSignal): WorkAsked;
  /**
   * Whether the target says that it is under way at the replica, or waits for its turn there; undefined: it does not
   * publish what is. Throws when it cannot be asked.
   */
  isUnderWay(work: string): Promise<boolean | undefined>;
  /**
   * Living processes of the stack that make something anew for the replica beside its own, such as its index, by the
   * target's word; undefined: it does not publish them. Signals reach them by {@link ProcessControl}. Throws when it
   * cannot be asked.
   */
  makers(): Promise<readonly string[] | undefined>;
}

interface WorkAsked {
  /** What came of the request, in words, and whether the work is done; undefined as long as nothing has come. */
  outcome(): { readonly says: string; readonly isDone: boolean } | undefined;
}

/** Reads and writes byte ranges of a published file in place (same inode, same length). */
export interface FileControl {
  /** Throws HarnessError "environment" when the replica publishes none of that role, or that cannot be seen. */
  published(role: string): Promise<PublishedFile>;
  /** Undefined when the replica publishes none of that role; throws when that cannot be seen. */
  publishedIfAny(role: string): Promise<PublishedFile | undefined>;
  /** SHA-256 of the whole file as hex; of nothing when the file is gone. */
  hash(path: string): Promise<string>;
  /** The bytes that are there: fewer than asked for when the file ends before, none when it is gone. */
  read(path: string, offset: number, length: number): Promise<Uint8Array>;
  /** Overwrites bytes that are there; refuses to lengthen the file. */
  write(path: string, offset: number, bytes: Uint8Array): Promise<void>;
}

/**
 * Handles a published file through one descriptor: what is written goes into the file that was looked at, or nowhere.
 */
export interface FileEditControl {
  /** Opens the file, hands it to `act`, which must not wait, and closes it; undefined when no file is there. */
  inOneGo<T>(path: string, act: (file: OpenFile) => T): Promise<T | undefined>;
  /**
   * Puts a new file with these bytes in place of the one that is there, whole or not at all: whoever has the old one
   * open keeps that. False, and nothing was done: the file that is there is not, or no longer, the expected one.
   */
  replace(path: string, bytes: Uint8Array, how: Replacing): Promise<boolean>;
  /** Removes what an end in the middle of a replacement has left; harmless where nothing is left. */
  discard(path: string, how: Pick<Replacing, "by">): Promise<void>;
}

interface Replacing {
  /** SHA-256 of the file that is replaced, as hex. */
  readonly expected: string;
  /** Part of the name of the file that is beside it meanwhile; known to the undo. */
  readonly by: string;
}

/**
 * Keeps bytes that `revert` needs, below the site's `undoDir`. Goes with every platform that offers published files.
 */
export interface BackupControl {
  /** Writes the bytes, through to the disk, and returns their SHA-256 as hex. */
  keep(name: string, bytes: Uint8Array): Promise<string>;
  /** Gives them back; throws HarnessError "environment" when they are gone or no longer have that hash. */
  recall(name: string, sha256: string): Promise<Uint8Array>;
}

/** One replica's answers with and without what it has cached. */
export interface AnswerControl {
  /** Of so many prompts of ours, the share that is answered alike with the cache and around it. */
  sameTwice(prompts: number, signal: AbortSignal): Promise<Share>;
  /** What so many prompts of ours are answered around the cache, in order. */
  around(prompts: number, signal: AbortSignal): Promise<readonly Answer[]>;
  /** Words that users ask about, in pairs that are nearly the same and have other answers; there may be none. */
  readonly opposites: readonly (readonly [string, string])[];
  /** What the word is answered: as users get it, where that is an answer at all, and around the cache. */
  about(word: string, signal: AbortSignal): Promise<{ readonly kept: Answer | undefined; readonly anew: Answer }>;
}

/** Self-retrieval measured by us at the replica: share of stored vectors that find their own id first. */
export interface VectorControl {
  /**
   * With `hits` a vector counts only where its answer is whole, too: so many hits as were asked for, each id once. 1
   * when absent.
   */
  selfRetrieval(sample: number, signal: AbortSignal, hits?: number): Promise<Share>;
  /** The same with the vectors that the index gives back; absent: the target names none. */
  readonly readBack?: (sample: number, signal: AbortSignal) => Promise<Share>;
}

/** What the target's registry says of its versions. */
interface ServedVersions {
  readonly all: Json;
  readonly candidate: string | undefined;
  readonly share: Share | undefined;
}

/** Versions of a model, by the registry that the target publishes. */
export interface ModelsControl {
  /**
   * All that decides which version answers, and the version that is being rolled out, if there is one, with its share
   * where the target publishes that.
   */
  serving(signal: AbortSignal): Promise<ServedVersions>;
  /** From now on the version answers that share of the requests. */
  rollOut(version: string, share: Share, signal: AbortSignal): Promise<void>;
  /** The version that is being rolled out answers all requests from now on; absent: the target does not offer it. */
  promote?(version: string, signal: AbortSignal): Promise<void>;
  /** From now on exactly that is served, as `serving` has said it. */
  restore(all: Json, signal: AbortSignal): Promise<void>;
  /** Asks as a user does, once: the version that has answered, by its own word. */
  answeredBy(signal: AbortSignal): Promise<string>;
  /** Whether nothing of the stack runs any more, its registry included; asks the platform, not the target. */
  hasEnded(): Promise<boolean>;
}

/** What a target says of a batch that it has taken. */
interface BatchLook {
  /** What became of it, in the target's words. */
  readonly state: string;
  /** How many of its documents it has changed by then; absent where the target does not count them. */
  readonly changed?: number;
}

/** Batches of documents, brought as a producer brings them. */
export interface DeliveriesControl {
  readonly spec: DeliveriesSpec;
  /** Puts a file down, whole or not at all; refuses one that is there. */
  deliver(batch: string, lines: readonly string[]): Promise<void>;
  /**
   * Puts the target's hold down, as a producer does, with `by` in it; false: there is one already. Throws where it
   * knows none (`spec.hold`).
   */
  hold(by: string): Promise<boolean>;
  /** Whether there is a hold; with `by` only that one counts. */
  isHeld(by?: string): Promise<boolean>;
  /** That hold's time of change becomes now; false: it is not there, and another one is left alone. */
  renew(by: string): Promise<boolean>;
  /** Lets go of that hold; harmless where there is none, or another one. */
  release(by: string): Promise<void>;
  /** Whether it still lies where it was put down. */
  lies(batch: string): Promise<boolean>;
  /** What became of it, in the target's words; undefined: it was not taken yet. */
  state(batch: string, signal: AbortSignal): Promise<string | undefined>;
  /** The same, with how many of its documents it has changed by then, where the target counts them. */
  look(batch: string, signal: AbortSignal): Promise<BatchLook | undefined>;
  /**
   * Calls it back: removes what was not taken, and has taken back what was. Harmless for one that never came. `says`:
   * what was done; `isAsked`: the target was asked to take it back, and soon says of it that it is `spec.state.back`.
   */
  withdraw(batch: string, signal: AbortSignal): Promise<{ readonly says: string; readonly isAsked: boolean }>;
  /**
   * Ids of documents that are there and that users ask for, or that nobody does, each once; none where none is named.
   */
  known(whose?: "asked" | "unasked"): Promise<readonly string[]>;
  /** What users ask, each once; none where none is named. */
  questions(): Promise<readonly string[]>;
}

/** Changes how often users' requests are due. The load is the harness's own: every trial offers it. */
export interface LoadRateControl {
  /**
   * Requests are due `times` as often as planned, from shortly after the call on: those of the named stream, else of
   * the default stream. Calls `begins` at that instant, and resolves then; throws when the signal ends the wait for it.
   */
  change(
    times: number,
    signal: AbortSignal,
    how?: { readonly stream?: string | undefined; readonly begins?: (() => void) | undefined },
  ): Promise<void>;
  /** The factor that holds now for a stream; 1 when nothing was changed. */
  times(stream?: string): number;
}

export interface OfferedAgain {
  readonly offered: number;
  readonly acknowledged: number;
  /** In a few words; absent when each was acknowledged. */
  readonly refusal?: string;
}

/** Documents of the harness's own that the target acknowledges in this trial. */
export interface DocumentsControl {
  /** Absent in a later process, which offers none. */
  readonly noting?: {
    /** How a later process offers them again, as JSON without a key in it. */
    wayBack(): Json;
    /**
     * From now on, the file has each that was acknowledged, as soon as that is known, if it was offered before `until`
     * (ms since 1970); ends when they are offered again.
     */
    begin(file: string, until: number): Promise<void>;
  };
  /**
   * Offers each that stands in the file again, as whoever wrote it would that was unsure, and those that are refused
   * until the signal ends; what is there already stays as it is. How many those were, how many of them the target
   * acknowledged again, and why it refused the last one, if one remained. Throws HarnessError "environment" when the
   * file could not be kept, each time, and in a later process too.
   */
  offerAgain(way: Json, file: string, signal: AbortSignal): Promise<OfferedAgain>;
}

/** Controls on offer at a site; a fault finds there what it listed in `needs` and `wants`. */
export interface Controls {
  readonly edge?: EdgeControl;
  readonly strikes?: StrikeControl;
  readonly routes?: RouteControl;
  readonly process?: ProcessControl;
  readonly workers?: WorkerControl;
  readonly clients?: ClientControl;
  readonly limits?: LimitControl;
  readonly shares?: ShareControl;
  readonly networks?: NetworkControl;
  readonly quotas?: QuotaControl;
  readonly memory?: MemoryControl;
  readonly engine?: EngineControl;
  readonly events?: EventControl;
  readonly disks?: DiskControl;
  readonly releases?: ReleaseControl;
  readonly replica?: ReplicaControl;
  readonly nodes?: NodeControl;
  readonly managers?: ManagersControl;
  readonly rollouts?: RolloutControl;
  readonly maintenance?: MaintenanceControl;
  readonly work?: WorkControl;
  readonly files?: FileControl;
  /** Goes with `files` where the platform can hold a file open. */
  readonly edits?: FileEditControl;
  readonly vectors?: VectorControl;
  readonly answers?: AnswerControl;
  readonly backups?: BackupControl;
  readonly models?: ModelsControl;
  readonly deliveries?: DeliveriesControl;
  readonly documents?: DocumentsControl;
  readonly load?: LoadRateControl;
}

/** The name of a control: what a fault may need from the platform it acts on. */
export type ControlName = keyof Controls;

/** One disturbance's place, with all that a fault may use there. */
export interface Site extends SiteRef {
  /** Seeds whatever the fault leaves to chance, so that the same plan does the same harm. */
  readonly seed: number;
  /** Folder on disk for backups that `revert` needs (private to this disturbance). */
  readonly undoDir: string;
  readonly controls: Controls;
  /** Called by a fault right before its first harmful act, so that the trial knows from when on the harm may show. */
  readonly harmBegins?: () => void;
  /**
   * Called by a fault that has the whole proof of its effect and asks somebody else about it yet: the proof is from
   * now, not from when that was answered.
   */
  readonly effectSeen?: () => void;
  /** Called by a fault whose effect it has seen, where somebody else has told of it, by a clock of their own. */
  readonly effectTold?: (effect: ToldEffect) => void;
  /**
   * Another replica of the service at which the same is in place already, as part of this trial. What acts on the whole
   * service through one of its replicas is done once, and not again after the loop has mended it.
   */
  readonly doneAt?: string;
}

/**
 * `gateway→inference-1`, `gateway→inference-1 via spare`, `inference-1`, or `inference` as a whole: the one way a site
 * is written.
 */
export function siteName(site: SiteRef): string {
  if (site.replica === "") return site.service;
  if (site.edgeFrom === undefined) return site.replica;
  return `${site.edgeFrom}→${site.replica}${site.via === undefined ? "" : ` via ${site.via}`}`;
}

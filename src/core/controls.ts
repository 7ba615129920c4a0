// Where faults act, and the few controls they may ask for. At most four methods to a control.

import type { PublishedFile } from "../records/inventory.ts";
import type { SiteRef } from "../records/site.ts";
import type { OpenFile } from "./file-damage.ts";
import type { Ms, Share } from "./units.ts";

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

/** Starts a replica that is down, through the operator control that the target publishes; harmless when it runs. */
export interface ReplicaControl {
  /** `instance`: what runs now, by the target's answer. */
  ensureRunning(signal: AbortSignal): Promise<{ readonly started: boolean; readonly instance: string }>;
}

/** Reads and writes byte ranges of a published file in place (same inode, same length). */
export interface FileControl {
  published(role: string): Promise<PublishedFile>;
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

/** Self-retrieval measured by us at the replica: share of stored vectors that find their own id first. */
export interface VectorControl {
  selfRetrieval(sample: number, signal: AbortSignal): Promise<Share>;
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

/** Controls on offer at a site; a fault finds there what it listed in `needs` and `wants`. */
export interface Controls {
  readonly edge?: EdgeControl;
  readonly process?: ProcessControl;
  readonly replica?: ReplicaControl;
  readonly files?: FileControl;
  /** Goes with `files` where the platform can hold a file open. */
  readonly edits?: FileEditControl;
  readonly vectors?: VectorControl;
  readonly backups?: BackupControl;
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
}

/** `gateway→inference-1` or `inference-1`: the one way a site is written. */
export function siteName(site: SiteRef): string {
  return site.edgeFrom === undefined ? site.replica : `${site.edgeFrom}→${site.replica}`;
}

// What there is at an instant: of the machine before boot and after teardown, of the stack before injection and after
// the way back. Two of them are compared (measure/residue.ts) to say what a trial left behind.

import type { DamageLeft } from "./file-damage.ts";

/** A process by the process table. What the platform cannot tell is null. */
export interface SeenProcess {
  readonly pid: number;
  readonly startTime: string;
  /** Its command line, shortened, or what we know it as. */
  readonly what: string;
  /** Letter of proc(5): R S D T …; T is stopped by a signal. */
  readonly state: string | null;
  readonly nice: number | null;
  /** `Max open files 1024/4096; …`, soft and hard. */
  readonly limits: string | null;
  readonly cgroup: string | null;
  /** It is being ended and runs no more of its program; the last of its threads has not gone yet. Absent: it runs. */
  readonly ending?: true;
}

export interface SeenFile {
  readonly path: string;
  readonly size: number;
  /** Hex; of a link: of where it leads. */
  readonly sha256: string;
}

/** A TCP port on which something listens. */
export interface SeenPort {
  readonly port: number;
  /** `pid 4711 (node vector/main.js)` where that can be seen. */
  readonly by: string | null;
}

/** The machine, as far as a trial may have changed it. */
export interface MachineSurvey {
  /** Processes of the trial: by its marker, session, descent, open work folder, or known from an earlier look. */
  readonly processes: readonly SeenProcess[];
  /** Work folders that are there. */
  readonly folders: readonly string[];
  /** Every file of the cache folder. */
  readonly files: readonly SeenFile[];
  /** Before: every port that is listened on; after: those of the trial. */
  readonly ports: readonly SeenPort[];
  /** Entries of the undo log that are not done, in words. */
  readonly unfinished: readonly string[];
  /** What could not be looked at, and why. */
  readonly unseen: readonly string[];
}

interface SeenReplica {
  readonly service: string;
  readonly replica: string;
  readonly pid: number | null;
  /** By the process table, not by the inventory. */
  readonly alive: boolean;
}

interface SeenToxic {
  readonly name: string;
  /** Type, stream, toxicity and attributes in one line, for comparing and for reading. */
  readonly what: string;
}

/** The proxy of one edge. */
export interface SeenEdge {
  /** `gateway→inference-1`. */
  readonly edge: string;
  /** Absent when the fault proxy has no such proxy. */
  readonly proxy?: {
    readonly listen: string;
    readonly upstream: string;
    readonly enabled: boolean;
    readonly toxics: readonly SeenToxic[];
  };
}

/** A file that the stack publishes. */
export interface SeenPublishedFile extends SeenFile {
  readonly replica: string;
  readonly role: string;
  /**
   * Of `of` parts that a fault wrote, how many still are as it left them. What the owner wrote meanwhile is not among
   * them.
   */
  readonly harmed: DamageLeft;
}

/** The stack under test, from outside. */
export interface StackSurvey {
  readonly replicas: readonly SeenReplica[];
  readonly processes: readonly SeenProcess[];
  readonly edges: readonly SeenEdge[];
  readonly files: readonly SeenPublishedFile[];
  readonly unseen: readonly string[];
}

// What faults may ask of a container's engine, and of the cluster that it is in. At most four methods to a control.

import type { Json, Ms } from "./units.ts";

/** The networks of one container, and what it was called and found at there. */
export interface NetworkPlaces {
  readonly [field: string]: Json;
  readonly container: string;
  /** Which it listens on, inside. */
  readonly port: number;
  readonly networks: readonly {
    readonly network: string;
    readonly names: readonly string[];
    readonly address: string;
    /** An address that it was given, and has not only by chance. */
    readonly fixed?: string;
  }[];
}

/** The networks of what runs as one replica. */
export interface NetworkControl {
  /** Undefined when nothing runs. */
  find(): Promise<NetworkPlaces | undefined>;
  /** Takes it out of these networks; harmless where it is in none of them. */
  leave(places: NetworkPlaces): Promise<void>;
  /** Puts it back where it is not, or not under its names; says what is not as it was. */
  join(places: NetworkPlaces): Promise<{ readonly confirmed: boolean; readonly seen: string }>;
  /** Does it take a connection of ours? */
  isReached(places: NetworkPlaces): Promise<boolean>;
}

/** memory: bytes; processors: how many of them it may keep busy at a time. */
export type QuotaName = "memory" | "processors";

/** As the engine takes them in an order to change limits, in its own units. */
export type QuotaFields = Readonly<Record<string, number>>;

/** What an engine lets a container have of something. */
export interface QuotaLook {
  /** Its id, whole. */
  readonly container: string;
  /** An order with these fields lets it have again exactly what it may have now. */
  readonly before: QuotaFields;
  /** What the limit leaves it in effect. Undefined: it has none of its own. */
  readonly may: number | undefined;
  /**
   * Of memory: what it holds now and cannot give up, bytes; of processors: what it could keep busy without a limit of
   * its own.
   */
  readonly has: number;
}

/** Limits of the container of one replica, by its engine. They stay with a container that is started again. */
export interface QuotaControl {
  /**
   * Undefined when nothing runs. Throws HarnessError "environment" where no order to the engine would give back exactly
   * what holds now.
   */
  look(quota: QuotaName): Promise<QuotaLook | undefined>;
  /** The order that lets a container have so much instead. */
  orderFor(look: Pick<QuotaLook, "before">, quota: QuotaName, value: number): QuotaFields;
  /** Harmless for a container that is gone. */
  order(container: string, fields: QuotaFields): Promise<void>;
  /**
   * By the engine's word whether that order holds: undefined where it does not say. By the kernel's how much the
   * processes may have: undefined where none runs; a text says why that cannot be read, or why the limit does not reach
   * them. All undefined for a container that is gone.
   */
  seen(container: string, fields: QuotaFields, quota: QuotaName): Promise<QuotaSeen | undefined>;
}

export interface QuotaSeen {
  readonly isTold: boolean | undefined;
  readonly enforced: number | string | undefined;
}

/** What an engine tells of a container, with its own time. */
export interface ToldEnd {
  readonly what: "oom" | "die" | "kill" | "stop" | "pause";
  /** ms since the epoch, with parts of them. */
  readonly at: number;
  readonly exitCode?: number;
  readonly signal?: number;
}

/** An order to the engine by which people end a container: a signal, or a stop that lets it end by itself first. */
export type EndOrder =
  | { readonly kind: "kill"; readonly signal: NodeJS.Signals }
  | { readonly kind: "stop"; readonly graceMs: Ms };

/** An order that may have been given, or not, and the earliest time of it, ms since the epoch. */
export interface MaybeOrdered {
  readonly order: EndOrder;
  readonly since: number;
}

/**
 * What became of an instance that may have been ordered to end. gone: it runs no more, and no order is under way.
 * ending: it was ordered to end, and runs all the same. untold: it runs, and was not ordered to end. unknown: it runs,
 * and the engine has forgotten what it was ordered.
 */
export type OrderOutcome = "gone" | "ending" | "untold" | "unknown";

/** What the engine itself does with a container, and tells of it. */
export interface EngineControl {
  /** Gives the order for exactly that instance; refuses one that is not of the stack under test, or is gone. */
  end(instance: string, order: EndOrder): Promise<void>;
  /** The restart policy of its container, such as `unless-stopped`, or `no`; undefined when that is gone. */
  policy(instance: string): Promise<string | undefined>;
  /**
   * Since that time (ms since the epoch), in the order in which it came; of any start of the instance's container. An
   * engine keeps a few hundred events of all containers together: what it has forgotten is not among them.
   */
  told(instance: string, since: number): Promise<readonly ToldEnd[]>;
  /** Waits for the end of that order, as long as it may be under way. */
  settled(instance: string, ordered: MaybeOrdered, signal: AbortSignal): Promise<OrderOutcome>;
}

/** The memory of the container of one replica. */
export interface MemoryControl {
  /**
   * What it may still take, bytes, and how ready the kernel is to end its program (`oom_score_adj`). Throws
   * HarnessError "environment" where there is no limit, or none that may be filled.
   */
  look(instance: string): Promise<{ readonly room: number; readonly score: string }>;
  /**
   * Takes memory in the container's control group until its program is gone, or all was taken; it is free again when
   * this resolves, to the bytes that were taken (0: our own process was ended too). Looks again right before, and
   * throws as `look` does. A program that lives on has its readiness of before again.
   */
  fill(instance: string): Promise<number>;
  /** Gives the program its readiness of before again; harmless for one that is gone. */
  forgive(instance: string, score: string): Promise<void>;
}

/** A container that gave up its place to another release. */
export interface ReleasePlace {
  readonly [field: string]: Json;
  /** The id of the container of before, whole. */
  readonly container: string;
  /** Which start of it ran. */
  readonly instance: string;
  /** When that was written down, ms since the epoch: what stops it came later. */
  readonly from: number;
  /** What it was called. */
  readonly name: string;
  /** By which the container of the release is known. */
  readonly release: string;
}

/** What is another in a release; absent: as before. */
export interface ReleaseWhat {
  readonly image?: string;
  readonly command?: readonly string[];
}

/** Another release of one replica, as an operator puts a new container in the place of the one that runs. */
export interface ReleaseControl {
  /**
   * What runs now; undefined when nothing does. Throws HarnessError "environment" where no way would lead back, or the
   * engine does not have that image.
   */
  look(image?: string): Promise<Pick<ReleasePlace, "container" | "instance" | "name"> | undefined>;
  /**
   * Stops what runs, and puts the release in its place. Rejects at the first step that would come after the signal; one
   * that is under way by then goes on in the engine.
   */
  rollOut(place: ReleasePlace, what: ReleaseWhat, signal: AbortSignal): Promise<void>;
  /** `isBack`: the container of before runs. */
  seen(place: ReleasePlace): Promise<{
    readonly isBack: boolean;
    readonly made?: {
      readonly image: string;
      readonly command: readonly string[];
      readonly began: boolean;
      /** At least once. */
      readonly ended: boolean;
    };
  }>;
  /** Waits for the end of a stop that is under way, and for nothing else of a roll-out. */
  restore(place: ReleasePlace, signal: AbortSignal): Promise<{ readonly confirmed: boolean; readonly seen: string }>;
}

/** A node of a cluster, as its manager has it. */
export interface NodeLook {
  /** Whether it is given work: drain also takes what it has. */
  readonly availability: "active" | "pause" | "drain";
  /** It answers the manager. */
  readonly isReady: boolean;
  /** Its link to the others; unseen where it is not on this machine, and cannot be cut off. */
  readonly link: "up" | "down" | "unseen";
  /** Replicas of the stack that run there, by the manager. */
  readonly replicas: readonly string[];
}

/** The node of a cluster that a replica runs on. */
export interface NodeControl {
  /** Its name; undefined when the replica runs nowhere. */
  find(): Promise<string | undefined>;
  /** Undefined when the cluster has no such node. */
  look(node: string): Promise<NodeLook | undefined>;
  setAvailability(node: string, availability: NodeLook["availability"]): Promise<void>;
  /** Refuses a node whose link it does not see. */
  setLink(node: string, link: "up" | "down"): Promise<void>;
}

/** Who manages a cluster. */
export interface ManagersLook {
  readonly leader: { readonly name: string; readonly address: string };
  /** The manager that is asked. */
  readonly asked: string;
  /** How many there are. */
  readonly managers: number;
  /** Names of those that the leader does not reach. */
  readonly unreached: readonly string[];
}

/** The managers of the cluster that a replica runs in. */
export interface ManagersControl {
  /** Throws HarnessError "environment" where nobody leads. */
  look(): Promise<ManagersLook>;
  /** Of the node at that address, by the system that has the link; the cluster need not have a leader. */
  link(address: string): Promise<NodeLook["link"]>;
  /** Refuses a node whose link it does not see. */
  setLink(address: string, link: "up" | "down"): Promise<void>;
}

/** What a service's tasks run, where its specification says so; null: what the image says. */
export interface RolloutRuns {
  readonly [field: string]: Json;
  readonly command: readonly string[] | null;
  readonly args: readonly string[] | null;
}

/** What a cluster runs of a replica's service, and how its update goes. */
interface RolloutLook {
  readonly runs: RolloutRuns;
  /**
   * SHA-256 of all that decides how its tasks run, hex. The whole of it has the service's environment, whose keys
   * belong into no undo log.
   */
  readonly digest: string;
  /** Of the update, in the cluster's words, such as `updating` and `rollback_completed`; empty: there was none. */
  readonly update: string;
  /** Tasks that ended by themselves and are still known, by their names in the cluster. */
  readonly failed: readonly string[];
}

/** Updates of a replica's service in a cluster, as people roll them out. */
export interface RolloutControl {
  look(): Promise<RolloutLook>;
  /** Has its tasks run that command from now on, one after the other by its update policy. */
  rollOut(command: readonly string[]): Promise<void>;
  /** Has exactly that run again, as `look` has said it, and leaves the rest; false where it is so already. */
  restore(runs: RolloutRuns): Promise<boolean>;
}

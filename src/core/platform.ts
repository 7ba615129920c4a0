// The platform that a stack runs on, as everybody but the platform itself knows it: what runs where, how it is reached,
// and how it is taken back are the platform's own. Platforms stand in one table (src/platforms/index.ts).

import type { Answered, ApprovalAnswer } from "./approvals.ts";
import type { HearEvents } from "./container-events.ts";
import type { Problem } from "./errors.ts";
import type { FileDamage } from "./file-damage.ts";
import type { Inventory } from "../records/inventory.ts";
import type { ControlName, Controls, Site } from "./controls.ts";
import type { HelperProcess, SeenOnMachine } from "./host.ts";
import type { Calibration } from "../records/pressure.ts";
import type { RunInside } from "./run-inside.ts";
import type { SiteRef } from "../records/site.ts";
import type { Target } from "./target.ts";
import type { StackSurvey } from "../records/survey.ts";
import type { UndoJournal } from "./undo.ts";
import type { Json, Ms } from "./units.ts";
import type { LogEvent } from "../records/timeline/log.ts";
import type { PressureEvent } from "../records/timeline/environment.ts";
import type { Unstamped } from "../records/timeline/event.ts";
import type { PlatformEntry } from "../records/undo.ts";

/** What `reopen` needs in a later process: plain JSON without a secret. `platform` is its name. */
type StackHandle = { readonly platform: string } & { readonly [field: string]: Json };

/** A site before it has controls. */
export type BareSite = Omit<Site, "controls">;

/** What a fresh process needs of a stack that another process started: a fault's `revert` asks for nothing else. */
interface Cleaner {
  /** Controls at one site; a fault finds there what it asked for, if the platform offers it. */
  controls(site: BareSite): Controls;
}

/** One started stack. */
export interface Stack extends Cleaner {
  readonly handle: StackHandle;
  /** Who runs where, by what the target publishes now. Throws HarnessError "environment" when it cannot be read. */
  inventory(signal: AbortSignal): Promise<Inventory>;
  /**
   * Where a replica answers, straight and not by a proxy: `http://host:port`. Throws HarnessError "bug" for a stranger.
   */
  addressOf(replica: string): string;
  /** Fills the places of this start into a text of target.yaml, such as `{port:gateway}` in a URL. */
  fill(text: string): string;
  /** The text without the tokens of this start. */
  mask(text: string): string;
  /** True while this very instance runs, and is not on its way out, by the platform and not by the target's word. */
  isRunning(instance: string): Promise<boolean>;
  /** True when it runs and something listens at its replica's address. */
  isLiving(instance: string): Promise<boolean>;
  /**
   * How a command is run in a replica, which runs as that instance by the last inventory; absent where commands cannot
   * be run there. `{port}` in a word is where the replica listens, as it is called there.
   */
  readonly runIn?: (replica: string, instance: string) => RunInside;
  /** Hears what the engine tells of its containers; absent where there is no engine. */
  readonly hearEvents?: HearEvents;
  /** Looks at the whole stack from outside; `damages`: what faults wrote into its files. */
  survey(signal: AbortSignal, damages?: readonly FileDamage[]): Promise<StackSurvey>;
  /** Writes down until the signal how long the stack waited for processors; absent where that is not measured. */
  readonly watchPressure?: (watched: PressureWatched) => Promise<void>;
  /** Writes down until the signal what the stack's processes write; absent where there is no log. Never rejects. */
  readonly watchLog?: (watched: LogWatched) => Promise<void>;
  /** Gives one person's answer to what the healer asks; absent where the target does not say how. Never rejects. */
  readonly answerApproval?: (answer: ApprovalAnswer, signal: AbortSignal) => Promise<Answered>;
  /** What a person may want to know of it, as name and value, such as where its log lies. */
  readonly notes: readonly (readonly [name: string, value: string])[];
  /** Ends everything that belongs to the stack and names what could not be ended. */
  end(): Promise<readonly string[]>;
}

export interface PressureWatched {
  /** The trial's epoch on the machine's monotonic clock, ns. */
  readonly epochNs: string;
  readonly record: (event: Unstamped<PressureEvent>) => void;
  readonly signal: AbortSignal;
}

export interface LogWatched {
  /** The trial's clock, ms since its epoch. */
  readonly now: () => Ms;
  readonly record: (event: LogEvent) => void;
  readonly signal: AbortSignal;
}

/** Measures for all trials of a run how long stacks of a platform wait for processors; see `Stack.watchPressure`. */
export interface PressureSampler extends AsyncDisposable {
  readonly calibration: Calibration;
}

/** Fault proxies for the edges of a stack; without them calls go straight. */
export interface ProxyHow {
  /** A folder of ours, out of the stack's sight, for what a later process needs to find the proxies. */
  readonly secretsDir: string;
  /** Environment that marks our own helper processes. */
  readonly mark: Readonly<Record<string, string>>;
  /** Called once when the proxies are lost without being stopped. */
  readonly onLost: (reason: string) => void;
  /** Called with each helper process of ours that the proxies need; it ends with the stack. */
  readonly onHelper: (helper: HelperProcess) => Promise<void>;
}

/** How a stack is started. */
export interface StartHow {
  readonly cacheDir: string;
  readonly seed: number;
  /** Pathways whose action is a no-op. */
  readonly ablated: readonly string[];
  /** True: it starts without its healer. */
  readonly unhealed: boolean;
  /** The folder in which its healer keeps what it learns; absent: wherever it does by itself. */
  readonly learningDir?: string;
  /** The value of each setting of the target; absent: their defaults. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly proxies?: ProxyHow;
  /** Is given everything that comes to be with the stack; one that `watch` of the same platform made. */
  readonly machine?: MachineWatch;
  /** One that `openSampler` of the same platform made. */
  readonly sampler?: PressureSampler;
}

/** How a target is prepared. */
export interface PrepareHow {
  readonly cacheDir: string;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
  /** Where its processes are written down before they start. */
  readonly journal: UndoJournal;
}

/** What of one trial's stack is on the machine; what is ours is looked at by the host (core/host.ts). */
export interface MachineWatch {
  look(): Promise<SeenOnMachine>;
}

/** What became of an entry that was taken back. */
export interface TakenBack {
  readonly ok: boolean;
  /** In a few words. */
  readonly says: string;
}

/** How entries are taken back. */
interface TakeBackHow {
  /** Time to end politely, ms; 0: at once. */
  readonly graceMs: Ms;
  readonly signal: AbortSignal;
}

/** One thing that must be in order before anything can run. */
export interface ReadinessCheck {
  readonly name: string;
  /** Resolves to what was seen, throws what is wrong. */
  readonly look: () => Promise<string>;
  /** False: what is wrong is only a warning. */
  readonly needed: boolean;
  /** What to do about it. */
  readonly advice: string;
}

/** One thing that a target lacks. */
export interface Gap {
  /** What is missing, in words of target.yaml. */
  readonly missing: string;
  /** What no verdict on this target can say as long as it is. */
  readonly costs: string;
  /** What to write, and where. */
  readonly add: string;
}

/** One thing that keeps a target's stacks from running here and now. */
export interface Unfit extends Omit<Problem, "place" | "code"> {
  /** Which part of target.yaml asks for it: keys and indexes from the root. */
  readonly at: readonly (string | number)[];
}

/** A kind of place where stacks run. */
export interface Platform {
  /** As handles and undo logs name it. */
  readonly name: string;
  /** One sentence; printed by `rebound list platforms`. */
  readonly about: string;
  /** What it can offer at a site, by target.yaml alone; asked at plan time. */
  readonly offers: (target: Target, site: SiteRef) => readonly ControlName[];
  /** What a target asks for that is not there, as far as that shows without a start; absent: nothing is looked for. */
  readonly gaps?: (target: Target) => Promise<readonly Gap[]>;
  /**
   * What keeps its stacks from running here, looked for before anything of a run exists; changes nothing, and never
   * throws for what it finds. Absent: nothing is looked for.
   */
  readonly unfit?: (target: Target) => Promise<readonly Unfit[]>;
  /** What `rebound doctor` asks of the machine on this platform's behalf. */
  readonly checks: readonly ReadinessCheck[];
  /** Gets ready to measure how long stacks wait for processors; absent where that is not measured. Never throws. */
  readonly openSampler?: () => Promise<PressureSampler>;
  /** Runs the target's prepare command, if there is one. */
  prepare(target: Target, how: PrepareHow): Promise<void>;
  /** Begins to gather what a stack may leave behind. */
  watch(): MachineWatch;
  /**
   * Starts a fresh stack; everything is in the journal before it exists. Throws HarnessError "environment" or
   * "interrupted" when it does not come up; then nothing of it is left.
   */
  start(target: Target, how: StartHow, journal: UndoJournal, signal: AbortSignal): Promise<Stack>;
  /** Finds the way back to a stack in a fresh process. Throws HarnessError "environment" for a foreign handle. */
  reopen(handle: Json): Promise<Cleaner>;
  /**
   * Takes back one entry of its own; harmless when there is nothing left to take back. Throws HarnessError
   * "environment" for an entry of another platform, or one that it cannot read.
   */
  takeBack(entry: PlatformEntry, how: TakeBackHow): Promise<TakenBack>;
  /**
   * True for an entry that stands for the stack itself: once that is taken back nothing bears its faults any more.
   * False for what lies around a stack that stays, such as names and proxies, and for an entry that it cannot read.
   */
  isStack(entry: PlatformEntry): boolean;
}

// What a stack of this machine's processes is started as. The platform that owns its folders, its ports and its tokens
// may let another one make the processes.

import type { Platform } from "../../core/platform.ts";
import type { Target } from "../../core/target.ts";

interface StackProgram {
  readonly target: Target;
  /** With `node` as it was written. */
  readonly command: readonly string[];
  /** False for another command than target.yaml starts the stack by: a pathway is ablated by it. */
  readonly isOwnCommand: boolean;
  /** What the stack is told, and nothing of our own environment. */
  readonly told: Readonly<Record<string, string>>;
  /** Absolute; it reads and writes there by these very paths. */
  readonly folders: readonly string[];
  /** Takes what it writes, where the file is there. */
  readonly logFile: string;
  /** Ends the start, not what runs. */
  readonly signal: AbortSignal;
}

export interface StartedProgram {
  /** Of its first process, which takes the others along on SIGTERM. */
  readonly pid: number;
  /** How it ended; null while it runs. */
  ended(): Promise<string | number | null>;
  /** What it wrote last; absent: that stands in its log file. */
  lastLines?(count: number): Promise<readonly string[]>;
}

/** Throws HarnessError "environment" when it cannot be started. */
export type RunProgram = (program: StackProgram) => Promise<StartedProgram>;

/** The platform of this machine's processes, as another one knows it. */
export interface MachinePlatform extends Platform {
  /** As `start`, with processes that somebody else makes. */
  startWith(run: RunProgram): Platform["start"];
}

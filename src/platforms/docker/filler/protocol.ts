// What is said between a process of ours that fills the memory of a container, and who has it filled.

import type { Group } from "../group.ts";

export interface FillOrder {
  /** The container's, for memory. */
  readonly group: Group;
  /** Folder of the container's program among this machine's processes. */
  readonly program: string;
  /** When the program was started, as the kernel counts it: another one under its number is left alone. */
  readonly started: string;
  /** What the group may hold, bytes: nothing is taken where that is another by now. */
  readonly limit: number;
  /** Most that is taken. */
  readonly bytes: number;
}

export interface FillReply {
  readonly isGone: boolean;
  /** What was taken by then. */
  readonly bytes: number;
  /** Why nothing more could be taken. */
  readonly failed?: string;
}

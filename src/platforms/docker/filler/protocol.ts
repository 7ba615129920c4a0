// What is said between a process of ours that fills the memory of a container, and who has it filled.

export interface FillOrder {
  /** Folder of the container's control group. */
  readonly group: string;
  /** Folder of the container's program among this machine's processes. */
  readonly program: string;
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

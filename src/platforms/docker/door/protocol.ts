// What the harness and its door process say to each other.

/** Harness → doors. */
export interface OpenDoor {
  readonly number: number;
  /** The file of the network in which is listened. */
  readonly network: string;
  readonly port: number;
  /** Where callers are carried to, from this machine's own network. */
  readonly to: { readonly host: string; readonly port: number };
}

/** Doors → harness, once for each; without `failed` it is open. */
export interface DoorReply {
  readonly number: number;
  readonly failed?: string;
}

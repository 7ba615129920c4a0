// What the parent, the process of the clients, and the child in which a client library runs say to each other.

import type { StreamLoad } from "../../records/conditions.ts";
import type { Conduct } from "../messages.ts";
import type { ClientName } from "./libraries.ts";

/** One stream of calls through a client library, with everything filled in. */
export interface ClientStream {
  /** As its events name it; absent for the default stream. */
  readonly stream?: string;
  /** Its own name, as its probes carry it. */
  readonly name: string;
  readonly client: ClientName;
  /** Folder with the library below its node_modules, absolute. */
  readonly folder: string;
  /** Where the library would be pointed at, without `/v1`. */
  readonly url: string;
  readonly ask: string;
  readonly model: string;
  readonly spec: StreamLoad;
}

export interface ClientOptions {
  readonly streams: readonly ClientStream[];
  readonly seed: number;
  /** As of `LoadOrder`. */
  readonly epochNs: string;
}

export type ToClients = { readonly type: "init"; readonly options: ClientOptions } | Conduct;

/** To the child of a library: ask once, at this address. */
export interface Ask {
  readonly id: number;
  readonly base: string;
}

/** What the library handed to its user. */
export interface Told {
  /** An error was thrown, or told beside the answer: its user knows that it is not whole. */
  readonly error?: string;
}

export type FromUser =
  | { readonly type: "ready"; readonly version: string }
  | { readonly type: "failed"; readonly reason: string }
  | ({ readonly type: "over"; readonly id: number } & Told);

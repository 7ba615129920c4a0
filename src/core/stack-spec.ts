// The part of a stack file that Rebound starts on a Swarm; what is beyond it is refused where it is read.

import type { Ms } from "./units.ts";

export interface StackSpec {
  /** Absolute. */
  readonly file: string;
  readonly services: readonly StackService[];
  readonly networks: readonly string[];
}

export interface StackService {
  readonly name: string;
  readonly image: string;
  readonly replicas: number;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Of the service. */
  readonly labels: Readonly<Record<string, string>>;
  /** Published at the node of each task; `published` absent: where the engine likes. */
  readonly ports: readonly { readonly inside: number; readonly published?: number }[];
  readonly networks: readonly { readonly name: string; readonly aliases: readonly string[] }[];
  readonly endpoint: "vip" | "dnsrr";
  /** Where its tasks may be, in the engine's words without spaces. */
  readonly constraints: readonly string[];
  readonly init: boolean;
  readonly stopGraceMs?: Ms;
  readonly restart: {
    readonly condition: "none" | "on-failure" | "any";
    readonly delayMs?: Ms;
    readonly attempts?: number;
  };
  readonly update?: StackPolicy;
  readonly rollback?: StackPolicy;
}

/** How tasks are replaced in an update. */
export interface StackPolicy {
  /** At once; 0: all. */
  readonly parallelism: number;
  readonly delayMs?: Ms;
  /** A task that fails within this time after its start is a failure of the update. */
  readonly monitorMs?: Ms;
  readonly onFailure?: "pause" | "continue" | "rollback";
  readonly order?: "start-first" | "stop-first";
}

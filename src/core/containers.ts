// Stacks of containers as target.yaml and a compose file describe them.

import type { StackSpec } from "./stack-spec.ts";
import type { Ms } from "./units.ts";

/** A replica as a container of a compose project, or as a slot of a service of a Swarm. */
export interface ContainerPlace {
  /** The service of the compose file. */
  readonly service: string;
  /** Which of that service's containers, from 1. */
  readonly number: number;
  /** The port that it listens on, inside. */
  readonly port: number;
}

/** Where the containers come from: one of them is there. */
export interface ContainersSpec {
  /** A project that runs already, by its name. */
  readonly project?: string;
  /** A stack of a Swarm that runs already, by its name. */
  readonly stack?: string;
  /** One that each trial starts. */
  readonly compose?: ComposeSpec;
  /** One that each trial starts on a Swarm. */
  readonly deploy?: StackSpec;
}

/** The part of a compose file that Rebound starts; what is beyond it is refused where it is read. */
export interface ComposeSpec {
  /** Absolute. */
  readonly file: string;
  /** In the order in which they are started. */
  readonly services: readonly ComposeService[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

export interface ComposeService {
  readonly name: string;
  readonly image: string;
  readonly scale: number;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Inside. */
  readonly ports: readonly number[];
  readonly networks: readonly { readonly name: string; readonly aliases: readonly string[] }[];
  readonly volumes: readonly { readonly name: string; readonly path: string; readonly readOnly: boolean }[];
  /** Memory that is mounted inside, by its path: options with a size, as the engine takes them. */
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly healthcheck?: ComposeHealthcheck;
  readonly restart: { readonly name: string; readonly retries: number };
  readonly dependsOn: readonly { readonly service: string; readonly healthy: boolean }[];
  readonly init: boolean;
  /** In the machine's own network and under its process numbers; then it has no ports and no networks of its own. */
  readonly onMachine?: true;
  /** Where the engine's socket is, inside; absent: it is not given it. */
  readonly engineSocket?: string;
  readonly memoryBytes?: number;
  readonly cpus?: number;
}

interface ComposeHealthcheck {
  /** As the engine takes it: `CMD` or `CMD-SHELL`, then its words. */
  readonly test: readonly string[];
  readonly everyMs?: Ms;
  readonly timeoutMs?: Ms;
  readonly startPeriodMs?: Ms;
  readonly retries?: number;
}

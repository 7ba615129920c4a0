// Which children there are, what each may know, and who comes before whom. Every child gets what it needs and no more:
// edge addresses go to the gateway alone, and the operator's token to nobody.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  edgeVariable,
  INFERENCE_IDS,
  portVariable,
  REPLICA_IDS,
  VECTOR_IDS,
  type Environment,
  type ReplicaId,
  type StackConfig,
} from "../config.ts";
import type { ChildSpec } from "./child.ts";

/** Made anew at each start of the supervisor and never written anywhere. */
export interface Secrets {
  readonly healerToken: string;
  readonly supervisorToken: string;
}

/** Variables that are handed on only to those named in `extrasOf`. */
const WITHHELD =
  /^(GATEWAY_|HEALER_|STACK_OPERATOR_TOKEN$|SUPERVISOR_TOKEN$|INFERENCE_UPSTREAM_URL$|REPLICA_ID$|STACK_SABOTAGE$)/;

/** The service a replica belongs to: `vector-1` → `vector`. */
export function serviceOf(replica: ReplicaId): string {
  return replica.replace(/-\d+$/, "");
}

/**
 * All children of the stack, without the healer when it is switched off. `weights` is asked at each start of the
 * gateway.
 */
export function childSpecs(
  config: StackConfig,
  own: Environment,
  secrets: Secrets,
  weights: () => Readonly<Record<string, number>>,
): readonly ChildSpec[] {
  const shared = sharedEnvironment(config, own);
  const started = REPLICA_IDS.filter((replica) => !(config.healerOff && replica === "healer"));
  return started.map((replica) => ({
    replica,
    service: serviceOf(replica),
    port: config.ports[replica],
    entry: fileURLToPath(new URL(`../${serviceOf(replica)}/main.js`, import.meta.url)),
    after: predecessors(replica),
    environment: () => ({ ...shared, REPLICA_ID: replica, ...extrasOf(replica, config, secrets, weights()) }),
    logFile: join(config.dataDir, "logs", `${replica}.log`),
  }));
}

function predecessors(replica: ReplicaId): readonly ReplicaId[] {
  if (replica === "gateway") return ["embedder", ...VECTOR_IDS, ...INFERENCE_IDS];
  return replica === "healer" ? ["gateway"] : [];
}

function sharedEnvironment(config: StackConfig, own: Environment): Record<string, string> {
  const shared: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && !WITHHELD.test(name)) shared[name] = value;
  }
  for (const replica of [...REPLICA_IDS, "supervisor"] as const) {
    shared[portVariable(replica)] = String(config.ports[replica]);
  }
  shared["STACK_DATA_DIR"] = config.dataDir;
  shared["STACK_CACHE_DIR"] = config.cacheDir;
  return shared;
}

function extrasOf(
  replica: ReplicaId,
  config: StackConfig,
  secrets: Secrets,
  weights: Readonly<Record<string, number>>,
): Readonly<Record<string, string>> {
  const service = serviceOf(replica);
  const sabotage = config.sabotage === undefined ? {} : { STACK_SABOTAGE: config.sabotage };
  if (service === "vector") return { HEALER_TOKEN: secrets.healerToken };
  if (service === "healer") {
    return { HEALER_TOKEN: secrets.healerToken, HEALER_NOOP_ACTIONS: config.noopActions.join(","), ...sabotage };
  }
  if (service === "inference" && config.inferenceUpstreamUrl !== undefined) {
    return { INFERENCE_UPSTREAM_URL: config.inferenceUpstreamUrl };
  }
  if (service !== "gateway") return {};
  const { embedder, vector, inference } = config.edges;
  return {
    ...sabotage,
    SUPERVISOR_TOKEN: secrets.supervisorToken,
    GATEWAY_WEIGHTS: JSON.stringify(weights),
    [edgeVariable("embedder")]: embedder,
    ...Object.fromEntries(VECTOR_IDS.map((id) => [edgeVariable(id), vector[id]])),
    ...Object.fromEntries(INFERENCE_IDS.map((id) => [edgeVariable(id), inference[id]])),
  };
}

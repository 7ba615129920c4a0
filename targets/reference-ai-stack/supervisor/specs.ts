// Which children there are, what each may know, and who comes before whom. Every child gets what it needs and no more:
// edge addresses go to the gateway alone, and the operator's token to nobody.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ALL_IDS, portVariable, REPLICA_IDS, type ReplicaId, type StackConfig } from "../config.ts";
import { alternativeVariable, edgeVariable } from "../edge-settings.ts";
import type { Environment } from "../variables.ts";
import type { Loaded } from "../common/model-card.ts";
import { serviceOf, type Member } from "../common/members.ts";
import { splitIn, type RegistryState } from "../registry/state.ts";
import type { ChildSpec } from "./child.ts";
import { EDGE } from "../ingestion-settings.ts";
import { freePort } from "./port-pool.ts";

/** Made anew at each start of the supervisor and never written anywhere. */
export interface Secrets {
  /** The healer's own, towards the supervisor. */
  readonly healerToken: string;
  /** The supervisor's towards the healer: with it comes who answered or did what. */
  readonly healerDoorToken: string;
  /** The healer's towards the gateway: what is noted of users' answers is for nobody else. */
  readonly lookToken: string;
  /** The supervisor's towards vector replicas. */
  readonly reloadToken: string;
  /** The supervisor's towards inference replicas and the embedder, to have caches cleared. */
  readonly cacheToken: string;
  /** The supervisor's towards inference replicas, to have versions loaded. */
  readonly loadToken: string;
  /** The ingestion's towards vector replicas. */
  readonly writeToken: string;
  /** The gateway's towards vector replicas, where there is no ingestion. */
  readonly recordsToken: string;
  /** The supervisor's towards the ingestion. */
  readonly ingestionToken: string;
  /** The ingestion's towards a gateway that keeps answers. */
  readonly keptAnswersToken: string;
  /** The gateway's own, where there are accounts: the keys that it gives are good past its restart. */
  readonly sessionSecret: string;
  /** The supervisor's and the gateway's towards each other. */
  readonly supervisorToken: string;
}

/** Variables that are handed on only to those named in `extrasOf`. */
const WITHHELD =
  /^(GATEWAY_|HEALER_|INGESTION_TO_|OTEL_EXPORTER_|STACK_DOCKER_SOCKET$|STACK_(?:[A-Z]+_)+TOKEN$|STACK_PEOPLE_FILE$|STACK_WEBHOOK_|SUPERVISOR_TOKEN$|VECTOR_RELOAD_TOKEN$|PREFIX_CACHE_TOKEN$|MODEL_LOAD_TOKEN$|VECTOR_(?:WRITE|RECORDS)_TOKEN$|INGESTION_TOKEN$|KEPT_ANSWERS_TOKEN$|INFERENCE_UPSTREAM_URL$|REPLICA_ID$|REPLICA_PORT$|STACK_SABOTAGE$|STACK_TELEMETRY_)/;

export interface Specs {
  /** All children of the stack's start, without the healer when it is switched off. */
  readonly atStart: readonly ChildSpec[];
  /** One more replica, on a port of the pool that is not among `taken`. Rejects when no port is free. */
  another(replica: string, taken: ReadonlySet<number>): Promise<ChildSpec>;
  /** Where the gateway calls a replica: its edge, when the environment names one, else the replica itself. */
  addressOf(replica: string, port: number): string;
  /** The same of the other way there. */
  alternativeTo(replica: string, port: number): NonNullable<Member["alternative"]>;
}

/** What changes while the stack runs, asked at each start of a child. */
interface Present {
  readonly members: () => readonly Member[];
  readonly registry: () => RegistryState;
  readonly loaded: () => Loaded;
  /** Sources that the gateway turns away, for how long yet, ms. */
  readonly blocked: () => Readonly<Record<string, number>>;
}

export function createSpecs(config: StackConfig, own: Environment, secrets: Secrets, present: Present): Specs {
  const shared = sharedEnvironment(config, own);
  const specOf = (replica: string, port: number): ChildSpec => ({
    replica,
    service: serviceOf(replica),
    port,
    entry: fileURLToPath(new URL(`../${serviceOf(replica)}/main.js`, import.meta.url)),
    after: predecessors(replica),
    aside: replica === COLLECTOR,
    environment: () => ({
      ...shared,
      REPLICA_ID: replica,
      REPLICA_PORT: String(port),
      ...extrasOf(serviceOf(replica), config, secrets, present),
      ...(replica === "healer" ? telemetryOf(own) : {}),
    }),
    logFile: join(config.dataDir, "logs", `${replica}.log`),
  });
  const absent = new Set<string>([
    ...(config.healerOff ? ["healer"] : []),
    ...(config.telemetryOff ? ["collector"] : []),
    ...(config.ingestion.isOn ? [] : ["ingestion"]),
  ]);
  const started = ALL_IDS.filter((replica) => !absent.has(replica));
  return {
    atStart: started.map((replica) => specOf(replica, config.ports[replica])),
    async another(replica, taken) {
      const named = new Set([...taken, ...Object.values(config.ports)]);
      return specOf(replica, await freePort(config.portPool, named));
    },
    addressOf: (replica, port) => own[edgeVariable(replica)] ?? `127.0.0.1:${port}`,
    alternativeTo: (replica, port) => ({
      address: own[alternativeVariable(replica)] ?? `127.0.0.1:${port}`,
      latencyMs: config.edges.alternative?.latencyMs ?? 0,
    }),
  };
}

/** Nobody waits for it, and it takes no processor from those who answer users. */
const COLLECTOR = "collector";

/**
 * The gateway asks nobody before a user asks it, so it starts beside the others; the healer, which judges from its
 * first look on, comes when all have answered, and the collector beside it.
 */
function predecessors(replica: string): readonly ReplicaId[] {
  if (replica !== "healer" && replica !== COLLECTOR) return [];
  return REPLICA_IDS.filter((other) => other !== "healer" && other !== COLLECTOR);
}

function sharedEnvironment(config: StackConfig, own: Environment): Record<string, string> {
  const shared: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && !WITHHELD.test(name)) shared[name] = value;
  }
  for (const replica of [...ALL_IDS, "supervisor"] as const) {
    shared[portVariable(replica)] = String(config.ports[replica]);
  }
  shared["STACK_DATA_DIR"] = config.dataDir;
  shared["STACK_CACHE_DIR"] = config.cacheDir;
  return shared;
}

/** Where the healer's telemetry comes from, and the key to it, is nobody else's business. */
function telemetryOf(own: Environment): Readonly<Record<string, string>> {
  const named = Object.entries(own).filter(([name]) => /^(STACK_TELEMETRY_|HEALER_TO_)/.test(name));
  return Object.fromEntries(named.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function extrasOf(
  service: string,
  config: StackConfig,
  secrets: Secrets,
  { members, registry, loaded, blocked }: Present,
): Readonly<Record<string, string>> {
  const sabotage = config.sabotage === undefined ? {} : { STACK_SABOTAGE: config.sabotage };
  if (service === "embedder") return { PREFIX_CACHE_TOKEN: secrets.cacheToken };
  // Documents come through the ingestion where there is one, and else from the gateway.
  const records = config.ingestion.isOn ? {} : { VECTOR_RECORDS_TOKEN: secrets.recordsToken };
  if (service === "vector") {
    return { VECTOR_RELOAD_TOKEN: secrets.reloadToken, VECTOR_WRITE_TOKEN: secrets.writeToken, ...records };
  }
  if (service === "ingestion") {
    const { embedderPort } = config.ingestion;
    const edge = embedderPort === undefined ? {} : { [EDGE]: `127.0.0.1:${embedderPort}` };
    return {
      ...edge,
      ...keptAnswersOf(config, secrets),
      INGESTION_TOKEN: secrets.ingestionToken,
      VECTOR_WRITE_TOKEN: secrets.writeToken,
    };
  }
  if (service === "healer") {
    return {
      HEALER_TOKEN: secrets.healerToken,
      HEALER_DOOR_TOKEN: secrets.healerDoorToken,
      GATEWAY_LOOK_TOKEN: secrets.lookToken,
      HEALER_NOOP_ACTIONS: config.noopActions.join(","),
      HEALER_POLICY: config.policyFile,
      HEALER_DRY_RUN: config.dryRun ? "1" : "0",
      HEALER_LEARNING_DIR: config.learningDir,
      ...sabotage,
    };
  }
  if (service === "inference") {
    const cache = { ...sabotage, PREFIX_CACHE_TOKEN: secrets.cacheToken };
    const upstream = config.inferenceUpstreamUrl;
    if (upstream !== undefined) return { ...cache, INFERENCE_UPSTREAM_URL: upstream };
    const models = JSON.stringify(loaded());
    return { ...cache, MODEL_LOAD_TOKEN: secrets.loadToken, INFERENCE_MODELS: models };
  }
  if (service === COLLECTOR) return backendOf(config);
  if (service !== "gateway") return {};
  const models =
    config.inferenceUpstreamUrl === undefined ? { GATEWAY_MODELS: JSON.stringify(splitIn(registry())) } : {};
  const documents = config.ingestion.isOn ? { GATEWAY_DOCUMENTS_TO: `127.0.0.1:${config.ports.ingestion}` } : {};
  return {
    ...sabotage,
    ...models,
    ...documents,
    ...keptAnswersOf(config, secrets),
    ...records,
    ...(config.access.accountsFile !== undefined && { GATEWAY_SESSION_SECRET: secrets.sessionSecret }),
    SUPERVISOR_TOKEN: secrets.supervisorToken,
    GATEWAY_LOOK_TOKEN: secrets.lookToken,
    GATEWAY_REPLICAS: JSON.stringify(members()),
    GATEWAY_BLOCKED: JSON.stringify(blocked()),
  };
}

/** Nobody is told of documents where no answers are kept, and nobody tells where there is no ingestion. */
function keptAnswersOf({ caches, ingestion }: StackConfig, secrets: Secrets): Readonly<Record<string, string>> {
  return caches.answers && ingestion.isOn ? { KEPT_ANSWERS_TOKEN: secrets.keptAnswersToken } : {};
}

function backendOf({ otlpBackend: { endpoint, headers } }: StackConfig): Readonly<Record<string, string>> {
  return {
    ...(endpoint !== undefined && { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }),
    ...(headers !== undefined && { OTEL_EXPORTER_OTLP_HEADERS: headers }),
  };
}

// The one place where the stack's services read their configuration: environment in, plain object out, defaults stated
// here.
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { INFERENCE_IDS, readEdges, VECTOR_IDS, type GatewayEdges } from "./edge-settings.ts";
import { readWebhook, type WebhookConfig } from "./supervisor/notify/webhook-config.ts";
import { checkPeople, checkToken, readPeopleFile, type Person } from "./common/people.ts";
import { readTelemetry, type TelemetrySettings } from "./telemetry-settings.ts";
import { readEngine, type EngineChoice } from "./engine-settings.ts";
import { readAccess, type AccessSettings } from "./access-settings.ts";
import { readCaches, type CacheSettings } from "./cache-settings.ts";
import { readIngestion, type IngestionSettings } from "./ingestion-settings.ts";
import { readInference, type InferenceSettings } from "./inference-settings.ts";
import { VECTOR_ENGINES, type VectorEngineName } from "./vector/engines/names.ts";
import { parsePort, readChoice, readCount, readList, readSwitch, readText, type Environment } from "./variables.ts";

/** Every child of the supervisor, in the order in which they are started. */
export const REPLICA_IDS = ["embedder", ...VECTOR_IDS, ...INFERENCE_IDS, "gateway", "collector", "healer"] as const;

/** Children that are started only where a setting asks for them. */
const OPTIONAL_IDS = ["ingestion"] as const;

export type ReplicaId = (typeof REPLICA_IDS)[number] | (typeof OPTIONAL_IDS)[number];
/** Everyone that there may be at the start, in the order in which they are started. */
export const ALL_IDS: readonly ReplicaId[] = [...REPLICA_IDS, ...OPTIONAL_IDS];

export interface StackConfig {
  readonly ports: Readonly<Record<ReplicaId | "supervisor", number>>;
  readonly edges: GatewayEdges;
  /** Where the healer reads what servers say of themselves. */
  readonly telemetry: TelemetrySettings;
  /** Ports, both included, for replicas that join a running stack (`STACK_PORT_POOL`, `from-to`). */
  readonly portPool: { readonly from: number; readonly to: number };
  /** State of this start; the vector replica `x` owns `<dataDir>/x/`. */
  readonly dataDir: string;
  /** Where what the healer learns lies (`HEALER_LEARNING_DIR`); may outlive a start. */
  readonly learningDir: string;
  /** Content-addressed caches that outlive a start; filled by `prepare`. */
  readonly cacheDir: string;
  /** The operator's bearer token (`STACK_OPERATOR_TOKEN`). */
  readonly operatorToken: string | undefined;
  /** Everybody who has a token: those of the variables of `PERSON_VARIABLES`, and of `STACK_PEOPLE_FILE`. */
  readonly people: readonly Person[];
  /** Absent: nobody outside is told. */
  readonly webhook?: WebhookConfig;
  /** The healer's bearer token (`HEALER_TOKEN`), made by the supervisor at start. */
  readonly healerToken: string | undefined;
  /** What the healer's doors for the supervisor ask for (`HEALER_DOOR_TOKEN`), made by the supervisor at start. */
  readonly healerDoorToken: string | undefined;
  /** What a vector replica asks for before it reloads (`VECTOR_RELOAD_TOKEN`), made by the supervisor at start. */
  readonly reloadToken: string | undefined;
  /** The healer's towards the gateway (`GATEWAY_LOOK_TOKEN`), made by the supervisor at start. */
  readonly lookToken: string | undefined;
  /** The supervisor's own bearer token towards the gateway (`SUPERVISOR_TOKEN`), made by the supervisor at start. */
  readonly supervisorToken: string | undefined;
  /** Which replica this process is (`REPLICA_ID`), set by the supervisor for each child. */
  readonly replicaId: string | undefined;
  /** The port of this replica (`REPLICA_PORT`), set by the supervisor for each child. */
  readonly replicaPort: number | undefined;
  /** Pathways whose action does nothing (`HEALER_NOOP_ACTIONS`). */
  readonly noopActions: readonly string[];
  /** What the healer may decide (`HEALER_POLICY`). */
  readonly policyFile: string;
  /** True: the healer only advises (`HEALER_DRY_RUN=1`). */
  readonly dryRun: boolean;
  /** True: the supervisor starts everyone but the healer (`HEALER_OFF=1`). */
  readonly healerOff: boolean;
  /** Resident memory that one replica may hold, MiB (`REPLICA_MEMORY_LIMIT_MIB`): forecasts of leaks run up to it. */
  readonly memoryLimitMiB: number;
  /** Open files and sockets of one replica (`REPLICA_HANDLE_LIMIT`); absent: the limit that its process has. */
  readonly handleLimit: number | undefined;
  /** False: there is no snapshot that an index could be restored from (`VECTOR_SNAPSHOT`, `kept` or `none`). */
  readonly keepsSnapshot: boolean;
  /** True: no service sends telemetry, and there is no collector (`OTEL_SDK_DISABLED=true`). */
  readonly telemetryOff: boolean;
  /** A user's own OTLP backend (`OTEL_EXPORTER_OTLP_ENDPOINT`, `_HEADERS`), to which the collector hands on. */
  readonly otlpBackend: { readonly endpoint: string | undefined; readonly headers: string | undefined };
  /** An OpenAI-compatible endpoint that stands in for the extractive engine (`INFERENCE_UPSTREAM_URL`). */
  readonly inferenceUpstreamUrl: string | undefined;
  readonly inference: InferenceSettings;
  /** What the vector replicas search with (`VECTOR_ENGINE`). */
  readonly vectorEngine: VectorEngineName;
  readonly caches: CacheSettings;
  readonly access: AccessSettings;
  /** True: the embedder's model lies in a folder of its own, and can be replaced (`EMBEDDING_MODEL=installed`). */
  readonly installsModel: boolean;
  readonly ingestion: IngestionSettings;
  /** What a vector replica asks for before it takes a document (`VECTOR_WRITE_TOKEN`), made by the supervisor. */
  readonly writeToken: string | undefined;
  /**
   * The gateway's towards vector replicas, where there is no ingestion (`VECTOR_RECORDS_TOKEN`), made at each start.
   */
  readonly recordsToken: string | undefined;
  /** The supervisor's towards the ingestion (`INGESTION_TOKEN`), made by the supervisor at start. */
  readonly ingestionToken: string | undefined;
  /** The ingestion's towards a gateway that keeps answers (`KEPT_ANSWERS_TOKEN`), made by the supervisor at start. */
  readonly keptAnswersToken: string | undefined;
  /** Seals the keys of sessions (`GATEWAY_SESSION_SECRET`), made by the supervisor, where there are accounts. */
  readonly sessionSecret: string | undefined;
  /** What inference and embedder ask for before they clear a cache (`PREFIX_CACHE_TOKEN`), made by the supervisor. */
  readonly cacheToken: string | undefined;
  /** What an inference replica asks for before it loads versions (`MODEL_LOAD_TOKEN`), made by the supervisor. */
  readonly loadToken: string | undefined;
  /** `STACK_HEALER_ENGINE`: `sqlite` (the default) or `restate`. */
  readonly engine: EngineChoice;
  /** A Docker engine's socket (`STACK_DOCKER_SOCKET`): each child is a container of its own; absent: a process. */
  readonly dockerSocket: string | undefined;
  /** A planted defect of `sabotage/` (`STACK_SABOTAGE`); absent: none, and nothing of that folder is loaded. */
  readonly sabotage: string | undefined;
}

/** The variable that carries the token of one person, who is called so and has that role. */
const PERSON_VARIABLES: Readonly<Record<string, Omit<Person, "token">>> = {
  STACK_VIEWER_TOKEN: { name: "viewer", role: "viewer" },
  STACK_OPERATOR_TOKEN: { name: "operator", role: "operator" },
  STACK_APPROVER_TOKEN: { name: "approver", role: "approver" },
  STACK_SECOND_APPROVER_TOKEN: { name: "second-approver", role: "approver" },
  STACK_ADMIN_TOKEN: { name: "admin", role: "admin" },
};

/** The variable that carries a replica's port: `vector-1` → `VECTOR_1_PORT`. */
export function portVariable(replica: ReplicaId | "supervisor"): string {
  return `${variableStem(replica)}_PORT`;
}

/** Reads the whole configuration. Throws an Error that names the variable, what was found and what was expected. */
export function readStackConfig(env: Environment): StackConfig {
  const ports = portsIn(env);
  const telemetryOff = readText(env, "OTEL_SDK_DISABLED")?.toLowerCase() === "true";
  const cacheRoot = join(projectRoot(), ".cache");
  const dataDir = resolve(readText(env, "STACK_DATA_DIR") ?? join(cacheRoot, "reference-ai-stack-data"));
  return {
    ports,
    edges: readEdges(env, ports),
    telemetry: readTelemetry(env, {
      replicas: INFERENCE_IDS,
      collectorPort: telemetryOff ? null : ports.collector,
    }),
    portPool: readPortPool(env),
    dataDir,
    learningDir: resolve(readText(env, "HEALER_LEARNING_DIR") ?? join(dataDir, "healer")),
    cacheDir: resolve(readText(env, "STACK_CACHE_DIR") ?? join(cacheRoot, "reference-ai-stack")),
    operatorToken: readText(env, "STACK_OPERATOR_TOKEN"),
    people: readPeople(env),
    ...webhookIn(env),
    ...tokensIn(env),
    replicaId: readText(env, "REPLICA_ID"),
    replicaPort: readOwnPort(env),
    noopActions: readList(env, "HEALER_NOOP_ACTIONS"),
    policyFile: resolve(
      readText(env, "HEALER_POLICY") ?? join(projectRoot(), "targets/reference-ai-stack/healer/policy.yaml"),
    ),
    dryRun: readSwitch(env, "HEALER_DRY_RUN"),
    healerOff: readSwitch(env, "HEALER_OFF"),
    ...limitsIn(env),
    keepsSnapshot: readSnapshot(env),
    telemetryOff,
    otlpBackend: {
      endpoint: readText(env, "OTEL_EXPORTER_OTLP_ENDPOINT"),
      headers: readText(env, "OTEL_EXPORTER_OTLP_HEADERS"),
    },
    inferenceUpstreamUrl: readText(env, "INFERENCE_UPSTREAM_URL"),
    inference: readInference(env, cacheRoot),
    vectorEngine: readChoice(env, "VECTOR_ENGINE", VECTOR_ENGINES),
    caches: readCaches(env),
    access: readAccess(env, projectRoot()),
    installsModel: readChoice(env, "EMBEDDING_MODEL", ["packaged", "installed"]) === "installed",
    ingestion: readIngestion(env, dataDir),
    engine: readEngine(env),
    dockerSocket: readText(env, "STACK_DOCKER_SOCKET"),
    sabotage: readText(env, "STACK_SABOTAGE"),
  };
}

function portsIn(env: Environment): StackConfig["ports"] {
  return {
    supervisor: readPort(env, "supervisor", 7400),
    embedder: readPort(env, "embedder", 7401),
    "vector-1": readPort(env, "vector-1", 7411),
    "vector-2": readPort(env, "vector-2", 7412),
    "inference-1": readPort(env, "inference-1", 7421),
    "inference-2": readPort(env, "inference-2", 7422),
    ingestion: readPort(env, "ingestion", 7403),
    gateway: readPort(env, "gateway", 7430),
    collector: readPort(env, "collector", 7441),
    healer: readPort(env, "healer", 7440),
  };
}

/** The folder of package.json, found by walking up: the same from the sources and from the compiled `dist/`. */
export function projectRoot(from: string = dirname(fileURLToPath(import.meta.url))): string {
  let folder = from;
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json above ${from}`);
    folder = parent;
  }
  return folder;
}

function variableStem(replica: string): string {
  return replica.toUpperCase().replaceAll("-", "_");
}

/** Those that the supervisor makes at its start. */
function tokensIn(env: Environment) {
  return {
    healerToken: readText(env, "HEALER_TOKEN"),
    healerDoorToken: readText(env, "HEALER_DOOR_TOKEN"),
    lookToken: readText(env, "GATEWAY_LOOK_TOKEN"),
    reloadToken: readText(env, "VECTOR_RELOAD_TOKEN"),
    cacheToken: readText(env, "PREFIX_CACHE_TOKEN"),
    loadToken: readText(env, "MODEL_LOAD_TOKEN"),
    writeToken: readText(env, "VECTOR_WRITE_TOKEN"),
    recordsToken: readText(env, "VECTOR_RECORDS_TOKEN"),
    ingestionToken: readText(env, "INGESTION_TOKEN"),
    keptAnswersToken: readText(env, "KEPT_ANSWERS_TOKEN"),
    sessionSecret: readText(env, "GATEWAY_SESSION_SECRET"),
    supervisorToken: readText(env, "SUPERVISOR_TOKEN"),
  };
}

function limitsIn(env: Environment): Pick<StackConfig, "memoryLimitMiB" | "handleLimit"> {
  const memoryLimitMiB = readCount(env, "REPLICA_MEMORY_LIMIT_MIB") ?? 1024;
  return { memoryLimitMiB, handleLimit: readCount(env, "REPLICA_HANDLE_LIMIT") };
}

function webhookIn(env: Environment): Pick<StackConfig, "webhook"> {
  const webhook = readWebhook((name) => readText(env, name));
  return webhook === undefined ? {} : { webhook };
}

function readPeople(env: Environment): readonly Person[] {
  const single = Object.entries(PERSON_VARIABLES).flatMap(([variable, person]) => {
    const token = readText(env, variable);
    return token === undefined ? [] : [{ ...person, token: checkToken(variable, token) }];
  });
  const file = readText(env, "STACK_PEOPLE_FILE");
  return checkPeople([...single, ...(file === undefined ? [] : readPeopleFile(file))]);
}

function readPort(env: Environment, replica: ReplicaId | "supervisor", fallback: number): number {
  const name = portVariable(replica);
  const text = readText(env, name);
  if (text === undefined) return fallback;
  return parsePort(name, text, text);
}

function readOwnPort(env: Environment): number | undefined {
  const text = readText(env, "REPLICA_PORT");
  return text === undefined ? undefined : parsePort("REPLICA_PORT", text, text);
}

function readPortPool(env: Environment): { from: number; to: number } {
  const text = readText(env, "STACK_PORT_POOL") ?? "7450-7479";
  const [, first = "", last = ""] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  const pool = { from: parsePort("STACK_PORT_POOL", first, text), to: parsePort("STACK_PORT_POOL", last, text) };
  if (pool.from <= pool.to) return pool;
  throw new Error(`STACK_PORT_POOL is ${JSON.stringify(text)}; expected two ports, the lower first`);
}

function readSnapshot(env: Environment): boolean {
  const text = readText(env, "VECTOR_SNAPSHOT") ?? "kept";
  if (text === "kept" || text === "none") return text === "kept";
  throw new Error(`VECTOR_SNAPSHOT is ${JSON.stringify(text)}; expected kept or none`);
}

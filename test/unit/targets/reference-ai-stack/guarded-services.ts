// Every service of the stack as it is served, over parts that only write down what is called, and who may use which of
// its routes.
import type { Context } from "hono";
import { Registry } from "prom-client";
import { NO_TRACER } from "../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { readStackConfig } from "../../../../targets/reference-ai-stack/config.ts";
import { membersAtStart } from "../../../../targets/reference-ai-stack/edge-settings.ts";
import { createCollectorApp } from "../../../../targets/reference-ai-stack/collector/app.ts";
import { createEmbedderApp } from "../../../../targets/reference-ai-stack/embedder/app.ts";
import { createGateway } from "../../../../targets/reference-ai-stack/gateway/app.ts";
import { createHealerApp } from "../../../../targets/reference-ai-stack/healer/server.ts";
import { createInferenceApp } from "../../../../targets/reference-ai-stack/inference/app.ts";
import { createIngestionApp } from "../../../../targets/reference-ai-stack/ingestion/app.ts";
import { createSupervisorApp } from "../../../../targets/reference-ai-stack/supervisor/app.ts";
import { createGate } from "../../../../targets/reference-ai-stack/supervisor/gate.ts";
import { OPERATIONS } from "../../../../targets/reference-ai-stack/supervisor/operations/table.ts";
import { createVectorApp } from "../../../../targets/reference-ai-stack/vector/app.ts";
import { SECRETS, tokenOf } from "../../../builders/stack-secrets.ts";
import { behind } from "./behind-routes.ts";

/** What a route is asked with: the stack's own secrets, and people's, by the name of who has them. */
const PEOPLE = ["viewer", "operator", "approver", "admin"];
export const TOKENS: Readonly<Record<string, string>> = {
  ...SECRETS,
  ...Object.fromEntries(PEOPLE.map((name) => [name, tokenOf(name)])),
};
const USER = { user: "ann", cluster: "sales", priority: "high", perSecond: 1e6 } as const;

export interface Served {
  readonly app: {
    readonly routes: readonly { readonly method: string; readonly path: string }[];
    readonly request: (path: string, init: RequestInit) => Response | Promise<Response>;
    readonly onError: (handle: (error: Error, c: Context) => Response) => unknown;
  };
  /** `anybody`, or whose token; a route that is not named is a look that is open to all. */
  readonly may: Readonly<Record<string, "anybody" | readonly string[]>>;
}

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const told = (): { registry: Registry; tracer: typeof NO_TRACER; log: typeof log } => ({
  registry: new Registry(),
  tracer: NO_TRACER,
  log,
});

export const SERVICES: Readonly<Record<string, (calls: string[]) => Served>> = {
  gateway: (calls) => ({
    app: createGateway({
      ...told(),
      members: membersAtStart(readStackConfig({}).edges),
      stored: behind(calls, "stored"),
      recordsToken: SECRETS.recordsToken,
      supervisorToken: SECRETS.supervisorToken,
      lookToken: SECRETS.lookToken,
      // A key is good at the door alone: behind it, it opens nothing.
      access: {
        accounts: { logIn: behind(calls, "logIn"), openSession: behind(calls, "openSession"), ofKey: () => USER },
        trustedHops: [],
        blocked: {},
      },
      keepsAnswers: { openFile: () => behind(calls, "file"), rows: 1, ingestionToken: SECRETS.keptAnswersToken },
    }).app,
    may: {
      "POST /v1/chat/completions": "anybody",
      "POST /documents": "anybody",
      "POST /v1/sessions": "anybody",
      "GET /internal/sources": ["supervisorToken", "lookToken"],
      "PUT /internal/sources": ["supervisorToken"],
      // The health path of an upstream; a question needs the supervisor's token, which has a test of its own.
      "POST /internal/check": "anybody",
      "PUT /internal/replicas": ["supervisorToken"],
      "PUT /internal/weights": ["supervisorToken"],
      "PUT /internal/service": ["supervisorToken"],
      "PUT /internal/models": ["supervisorToken"],
      "GET /internal/answers": ["supervisorToken", "lookToken"],
      "GET /internal/answer-cache/given": ["supervisorToken", "lookToken"],
      "POST /internal/answer-cache/clear": ["supervisorToken", "keptAnswersToken"],
      "POST /internal/answer-cache/documents": ["supervisorToken", "keptAnswersToken"],
    },
  }),
  inference: (calls) => ({
    app: createInferenceApp({
      ...told(),
      model: "model",
      slots: 1,
      maxWaiting: 1,
      pace: { tokensPerSecond: 100, chunkEveryMs: 10 },
      engine: behind(calls, "engine"),
      versions: behind(calls, "versions"),
      cacheToken: SECRETS.cacheToken,
      loadToken: SECRETS.loadToken,
    }),
    may: {
      "POST /v1/chat/completions": "anybody",
      "PUT /internal/models": ["loadToken"],
      "POST /reset_prefix_cache": ["cacheToken"],
    },
  }),
  embedder: (calls) => ({
    app: createEmbedderApp({
      ...told(),
      cache: behind(calls, "cache"),
      model: behind(calls, "model"),
      cacheToken: SECRETS.cacheToken,
    }),
    may: {
      "POST /v1/embeddings": "anybody",
      "POST /internal/model/reload": ["cacheToken"],
      "POST /internal/embedding-cache/clear": ["cacheToken"],
    },
  }),
  vector: (calls) => ({
    app: createVectorApp({
      ...told(),
      replica: behind(calls, "replica"),
      principals: { supervisor: SECRETS.reloadToken },
      writers: { ingestion: SECRETS.writeToken },
      recorders: { gateway: SECRETS.recordsToken },
    }),
    may: {
      "POST /search": "anybody",
      "POST /search/exact": "anybody",
      "POST /records": ["recordsToken"],
      "POST /resync": ["reloadToken"],
      "POST /reembed": ["reloadToken"],
      "POST /reload": ["reloadToken"],
      "POST /save": ["reloadToken"],
      "PUT /collections/x/documents/x": ["writeToken"],
      "GET /collections/x/documents/x": ["writeToken"],
    },
  }),
  ingestion: (calls) => ({
    app: createIngestionApp({
      ...told(),
      ingestion: behind(calls, "ingestion"),
      principals: { supervisor: SECRETS.ingestionToken },
    }),
    may: {
      "POST /documents": "anybody",
      ...only(
        ["ingestionToken"],
        [
          "POST /control/retry",
          "POST /control/prune",
          "POST /control/dead-letter",
          "POST /control/roll-back",
          "POST /control/withdraw",
          "POST /control/scale",
          "POST /control/release",
          "POST /control/quarantine",
          "POST /control/lift-quarantine",
          "POST /control/clear-mapping",
          "POST /control/repair-schema",
        ],
      ),
    },
  }),
  collector: (calls) => ({
    app: createCollectorApp({ store: behind(calls, "store"), ingest: behind(calls, "ingest"), nowMs: () => 0, log }),
    // Telemetry is taken of whoever sends it, as an OpenTelemetry collector does.
    may: { "POST /v1/traces": "anybody", "POST /v1/logs": "anybody", "POST /v1/metrics": "anybody" },
  }),
  healer: (calls) => ({
    app: createHealerApp({
      journal: behind(calls, "journal"),
      // That somebody was turned away is written down.
      audit: { record: async () => undefined },
      engine: behind(calls, "engine"),
      approvals: behind(calls, "approvals"),
      pathways: behind(calls, "pathways"),
      past: behind(calls, "past"),
      loop: { isArmed: () => true, signals: () => [] },
      memory: behind(calls, "memory"),
      registry: new Registry(),
      token: SECRETS.healerDoorToken,
      clock: { now: () => 0 },
      selfTrouble: () => null,
      source: behind(calls, "source"),
    }),
    may: only(
      ["healerDoorToken"],
      [
        "POST /audit",
        "POST /incidents/x/approval",
        "POST /learning/changes/x/take-back",
        "POST /learning/changes/x/release",
      ],
    ),
  }),
  supervisor: supervisorOf,
};

function supervisorOf(calls: string[]): Served {
  const people = Object.fromEntries(PEOPLE.map((name) => [`STACK_${name.toUpperCase()}_TOKEN`, tokenOf(name)]));
  const config = readStackConfig({ ...people, HEALER_PORT: "9" });
  const gate = createGate({
    people: config.people,
    healerToken: SECRETS.healerToken,
    audit: async () => undefined,
    now: () => 0,
  });
  const operating = ["healerToken", "operator", "admin"];
  const approving = ["approver", "admin"];
  const forPeople = new Set(["lift-quarantine", "clear-mapping"]);
  return {
    app: createSupervisorApp({
      log,
      tracer: NO_TRACER,
      gate,
      config,
      secrets: SECRETS,
      feed: behind(calls, "feed"),
      lineage: behind(calls, "lineage"),
      fleet: behind(calls, "fleet"),
      traffic: behind(calls, "traffic"),
      specs: behind(calls, "specs"),
      models: behind(calls, "models"),
      reduction: behind(calls, "reduction"),
      blocks: behind(calls, "blocks"),
      underWay: behind(calls, "under-way"),
      makers: behind(calls, "makers"),
      cacheClears: new Map(),
      resyncs: new Map(),
      maintained: new Map(),
      tended: new Map(),
    }),
    may: {
      "POST /events": ["healerToken"],
      "POST /incidents/x/approval": approving,
      "POST /lineage/documents": ["supervisorToken"],
      ...only(["operator", "admin"], ["POST /learning/changes/x/take-back", "POST /learning/changes/x/release"]),
      // Forms: a token of a person in the body, or a session and its secret; each has a test of its own.
      "POST /console/login": [],
      "POST /console/approvals": [],
      "POST /console/logout": "anybody",
      "GET /console/parts": [],
      "GET /console/incidents/x": [],
      ...Object.fromEntries(
        OPERATIONS.flatMap(({ name, alsoAt }) =>
          [
            `/operations/${name}`,
            `/replicas/x/operations/${name}`,
            ...(alsoAt === undefined ? [] : [plain(alsoAt)]),
          ].map((path) => [`POST ${path}`, forPeople.has(name) ? approving : operating]),
        ),
      ),
    },
  };
}

function only<Who>(who: Who, routes: readonly string[]): Readonly<Record<string, Who>> {
  return Object.fromEntries(routes.map((route) => [route, who]));
}

/** A path with a word for each of its parameters. */
export function plain(path: string): string {
  return path.replaceAll(/:\w+(?:\{[^}]*\})?/g, "x");
}

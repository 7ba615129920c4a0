// The target.yaml of test/support/fixture-stack.mjs and of targets/echo, as the objects that src/intent would make of
// them.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Target } from "../../src/core/target.ts";

const stack = "http://127.0.0.1:{port:stack}";
const here = dirname(fileURLToPath(import.meta.url));

const control: NonNullable<Target["control"]> = {
  tokenEnv: "FIXTURE_TOKEN",
  startReplicaUrl: `${stack}/start/{replica}`,
  reloadReplicaUrl: `${stack}/reload/{replica}`,
  maintainReplicaUrl: `${stack}/maintain/{replica}`,
  workOnReplicaUrl: `${stack}/work/{replica}/{work}`,
  works: ["tidy", "unlisted", "unknown", "make"],
};

const models: NonNullable<Target["models"]> = {
  service: "vec",
  serving: {
    url: `${stack}/models`,
    pointer: "/serving",
    candidate: "/serving/candidate/version",
    share: "/serving/candidate/share",
  },
  rollOut: { method: "POST", url: `${stack}/models/roll-out`, body: '{"version":"{version}","share":"{share}"}' },
  promote: { method: "POST", url: `${stack}/models/promote`, body: '{"version":"{version}"}' },
  restore: { method: "POST", url: `${stack}/models/serving`, body: '"{serving}"' },
  asked: { method: "POST", url: `${stack}/answer`, body: "{}", pointer: "/model" },
};

const deliveries: NonNullable<Target["deliveries"]> = {
  service: "vec",
  folder: "{workDir}/inbox",
  record: '{"id":"{id}","text":"{text}","version":"{version}"}',
  textField: "text",
  state: { path: "/batches/{batch}", pointer: "/state", fails: "failing", done: "published", back: "withdrawn" },
  withdraw: { method: "POST", url: `${stack}/withdraw`, body: '{"batch":"{batch}"}' },
  known: {
    dataset: join(here, "fixture-known.jsonl"),
    field: "id",
    question: "asked",
    unasked: join(here, "fixture-known.jsonl"),
  },
  fresh: { withinMs: 100, waits: "queued" },
  hold: ".hold",
};

const askedTwice: NonNullable<Target["services"][number]["askedTwice"]> = {
  path: "/answer",
  body: { n: "{n}", name: "{word}" },
  around: { around: "{nonce}" },
  opposites: [
    ["1", "2"],
    ["13", "14"],
  ],
};

/** The tiny target with one file-backed vector replica; `env` is added to its start. */
export function fixtureTarget(env: Readonly<Record<string, string>> = {}): Target {
  const common = { everyMs: 250, timeoutMs: 1_000, data: false };
  return {
    name: "fixture",
    dir: here,
    file: join(here, "fixture-target.ts"),
    summary: "a tiny target for tests",
    platform: "processes",
    chaosAllowed: true,
    start: {
      command: ["node", "fixture-stack.mjs"],
      env: { FIXTURE_DIR: "{workDir}", ...env },
      timeoutMs: 15_000,
      readyUrl: "http://127.0.0.1:{port:stack}/ready",
      stopTimeoutMs: 1_500,
    },
    services: [
      { name: "stack", healthPath: "/ready", replicas: [{ id: "stack", portEnv: "STACK_PORT" }] },
      {
        name: "vec",
        healthPath: "/health",
        replicas: [{ id: "vec", portEnv: "VEC_PORT" }],
        askedTwice,
      },
    ],
    edges: [{ from: "stack", to: "vec", addressEnv: "STACK_TO_VEC" }],
    inventoryUrl: "http://127.0.0.1:{port:stack}/inventory",
    control,
    models,
    deliveries,
    streams: [
      {
        name: "none",
        method: "GET",
        url: "http://127.0.0.1:{port:vec}/health",
        headers: {},
        body: null,
        stream: "whole",
        // Its answer is `{}`.
        answer: "json",
      },
    ],
    probes: [
      {
        kind: "self-retrieval",
        name: "recall",
        service: "vec",
        samplePath: "/sample",
        searchPath: "/search",
        sample: 64,
        ...common,
      },
    ],
    classes: [],
    pathways: [],
    ablationEnv: "FIXTURE_NOOP",
  };
}

/** targets/echo as its target.yaml says. */
export function echoTarget(): Target {
  const dir = join(here, "../../targets/echo");
  const replica = (name: string, healthPath: string, portEnv: string): Target["services"][number] => ({
    name,
    healthPath,
    replicas: [{ id: name, portEnv }],
  });
  const backs = [1, 2].map((n) => ({ id: `back-${n}`, portEnv: `BACK_${n}_PORT` }));
  return {
    name: "echo",
    dir,
    file: join(dir, "target.yaml"),
    summary: "a front and two backs, no healer",
    platform: "processes",
    chaosAllowed: true,
    start: {
      command: ["node", "../../dist/targets/echo/stack.js"],
      env: {},
      timeoutMs: 15_000,
      readyUrl: "http://127.0.0.1:{port:stack}/ready",
      stopTimeoutMs: 3_000,
    },
    services: [
      replica("stack", "/ready", "ECHO_PORT"),
      replica("front", "/health", "FRONT_PORT"),
      { name: "back", healthPath: "/health", replicas: backs },
    ],
    edges: [1, 2].map((n) => ({ from: "front", to: `back-${n}`, addressEnv: `FRONT_TO_BACK_${n}` })),
    inventoryUrl: "http://127.0.0.1:{port:stack}/inventory",
    control: {
      tokenEnv: "ECHO_OPERATOR_TOKEN",
      startReplicaUrl: "http://127.0.0.1:{port:stack}/replicas/{replica}/start",
    },
    streams: [
      {
        name: "echo",
        method: "GET",
        url: "http://127.0.0.1:{port:front}/echo?text=hello",
        headers: {},
        body: null,
        stream: "whole",
      },
    ],
    probes: [],
    classes: [],
    pathways: [],
  };
}

/** Start options that are the same in most tests. */
export function plainOptions(
  instanceId: string,
  workDir: string,
): {
  workDir: string;
  cacheDir: string;
  seed: number;
  edges: () => undefined;
  ablated: string[];
  instanceId: string;
  signal: AbortSignal;
} {
  const signal = AbortSignal.timeout(60_000);
  return { workDir, cacheDir: workDir, seed: 1, edges: () => undefined, ablated: [], instanceId, signal };
}

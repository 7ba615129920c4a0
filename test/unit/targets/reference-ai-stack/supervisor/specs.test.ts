import { expect, it } from "vitest";
import { readStackConfig } from "../../../../../targets/reference-ai-stack/config.ts";
import { createSpecs } from "../../../../../targets/reference-ai-stack/supervisor/specs.ts";
import { presentWith } from "../../../../builders/shipped-models.ts";

const own = {
  PATH: "/bin",
  STACK_OPERATOR_TOKEN: "secret-of-the-operator",
  GATEWAY_TO_INFERENCE_1: "127.0.0.1:9999",
  HEALER_NOOP_ACTIONS: "restore-index",
  INFERENCE_UPSTREAM_URL: "http://127.0.0.1:1/v1",
  HEALER_TO_INFERENCE_1: "127.0.0.1:9998",
  STACK_TELEMETRY_TOKEN: "telemetry-secret",
};
const secrets = {
  healerToken: "healer-secret",
  healerDoorToken: "door-secret",
  lookToken: "look-secret",
  reloadToken: "reload-secret",
  cacheToken: "cache-secret",
  loadToken: "load-secret",
  writeToken: "write-secret",
  recordsToken: "records-secret",
  ingestionToken: "ingestion-secret",
  keptAnswersToken: "kept-answers-secret",
  sessionSecret: "session-secret",
  supervisorToken: "supervisor-secret",
};

/** The same, where the bundled engine answers and versions can be loaded. */
const bundled = Object.fromEntries(Object.entries(own).filter(([name]) => name !== "INFERENCE_UPSTREAM_URL"));

const member = { service: "inference", replica: "inference-1", address: "127.0.0.1:9999", weight: 0 };
const members = [member];

function environments(by: typeof own | typeof bundled = own): Map<string, Readonly<Record<string, string>>> {
  const specs = createSpecs(readStackConfig(by), by, secrets, presentWith(members)).atStart;
  return new Map(specs.map((spec) => [spec.replica, spec.environment()]));
}

it("tells no child the operator's token", () => {
  for (const environment of environments().values())
    expect(Object.values(environment)).not.toContain("secret-of-the-operator");
});

it("gives each child only the secrets of the doors that it keeps or goes through", () => {
  for (const [replica, environment] of environments()) {
    const held = Object.values(environment).filter((value) => Object.values(secrets).includes(value));
    const healers = replica === "healer" ? [secrets.healerToken, secrets.healerDoorToken, secrets.lookToken] : [];
    const vectors = replica.startsWith("vector-")
      ? [secrets.reloadToken, secrets.writeToken, secrets.recordsToken]
      : [];
    const caching = replica.startsWith("inference-") || replica === "embedder" ? [secrets.cacheToken] : [];
    const gateways = replica === "gateway" ? [secrets.recordsToken, secrets.supervisorToken, secrets.lookToken] : [];
    expect(held, replica).toEqual([...healers, ...vectors, ...caching, ...gateways]);
  }
});

it("gives nobody the key to a replica's own records where documents come through the ingestion", () => {
  const by = { ...own, STACK_INGESTION: "on", VECTOR_RECORDS_TOKEN: "of-the-environment" };
  for (const spec of createSpecs(readStackConfig(by), by, secrets, presentWith(members)).atStart) {
    const held = Object.values(spec.environment());
    expect(held.includes(secrets.recordsToken) || held.includes("of-the-environment"), spec.replica).toBe(false);
  }
});

it("gives gateway and ingestion, and nobody else, the key to kept answers, where both are there and answers are kept", () => {
  const on = { STACK_INGESTION: "on", STACK_CACHES: "answers" };
  for (const more of [on, { STACK_INGESTION: "on" }, { STACK_CACHES: "answers" }]) {
    const by = { ...own, ...more };
    for (const spec of createSpecs(readStackConfig(by), by, secrets, presentWith(members)).atStart) {
      const isTold = more === on && ["gateway", "ingestion"].includes(spec.replica);
      const held = Object.values(spec.environment()).includes(secrets.keptAnswersToken);
      expect(held, `${spec.replica} of ${JSON.stringify(more)}`).toBe(isTold);
    }
  }
});

it("gives the gateway, and nobody else, what seals the keys of sessions, where there are accounts", () => {
  for (const accounts of ["none", "demo"]) {
    const by = { ...own, STACK_ACCOUNTS: accounts, GATEWAY_SESSION_SECRET: "of-the-environment" };
    for (const [replica, environment] of environments(by)) {
      const isTold = accounts === "demo" && replica === "gateway";
      expect(environment["GATEWAY_SESSION_SECRET"], replica).toBe(isTold ? secrets.sessionSecret : undefined);
    }
  }
});

it("gives replicas that load versions the key to that door alone, and not the one to the gateway's", () => {
  for (const [replica, environment] of environments(bundled)) {
    const held = Object.values(environment).filter((value) => Object.values(secrets).includes(value));
    const isInference = replica.startsWith("inference-");
    if (isInference) expect(held, replica).toEqual([secrets.cacheToken, secrets.loadToken]);
    else expect(held, replica).not.toContain(secrets.loadToken);
    expect(held.includes(secrets.supervisorToken), replica).toBe(replica === "gateway");
  }
});

it("names to the gateway alone where its edges lead, and who takes part now", () => {
  for (const [replica, environment] of environments()) {
    const text = JSON.stringify(environment);
    expect(text.includes("127.0.0.1:9999")).toBe(replica === "gateway");
    expect(text.includes("supervisor-secret")).toBe(replica === "gateway");
  }
  expect(JSON.parse(environments().get("gateway")?.["GATEWAY_REPLICAS"] ?? "")).toEqual(members);
});

it("tells only the healer what it may not do, and only inference replicas who stands in for the engine", () => {
  for (const [replica, environment] of environments()) {
    expect(environment["HEALER_NOOP_ACTIONS"]).toBe(replica === "healer" ? "restore-index" : undefined);
    expect("INFERENCE_UPSTREAM_URL" in environment).toBe(replica.startsWith("inference-"));
  }
});

it("says to the healer alone where its telemetry comes from, and the key to it", () => {
  for (const [replica, environment] of environments()) {
    const text = JSON.stringify(environment);
    expect(text.includes("127.0.0.1:9998")).toBe(replica === "healer");
    expect(text.includes("telemetry-secret")).toBe(replica === "healer");
  }
});

it("names to every child which replica it is and where everybody listens", () => {
  for (const [replica, environment] of environments()) {
    expect(environment).toMatchObject({
      REPLICA_ID: replica,
      REPLICA_PORT: expect.stringMatching(/^74\d\d$/) as string,
      PATH: "/bin",
      INFERENCE_2_PORT: "7422",
      SUPERVISOR_PORT: "7400",
    });
  }
});

it("starts everyone but the healer when it is switched off, and no other child learns of it", () => {
  const all = createSpecs(readStackConfig(own), own, secrets, presentWith(members)).atStart;
  const alone = { ...own, HEALER_OFF: "1" };
  const specs = createSpecs(readStackConfig(alone), alone, secrets, presentWith(members)).atStart;
  expect(specs.map(({ replica }) => replica)).toEqual(
    all.map(({ replica }) => replica).filter((id) => id !== "healer"),
  );
  for (const spec of specs) {
    expect(spec.environment()).not.toHaveProperty("HEALER_OFF");
    expect(spec.environment()).toEqual(all.find(({ replica }) => replica === spec.replica)?.environment());
  }
  expect(createSpecs(readStackConfig({ HEALER_OFF: "0" }), own, secrets, presentWith(members)).atStart).toHaveLength(
    all.length,
  );
  expect(() => readStackConfig({ HEALER_OFF: "yes" })).toThrow('HEALER_OFF is "yes"; expected 1, 0 or nothing');
});

it("names to the ingestion alone where it calls the embedder, and refuses an edge that leads off this machine", () => {
  const withEdge = { ...own, STACK_INGESTION: "on", INGESTION_TO_EMBEDDER: "127.0.0.1:9997" };
  const specs = createSpecs(readStackConfig(withEdge), withEdge, secrets, presentWith(members)).atStart;
  const told = specs.filter((spec) => JSON.stringify(spec.environment()).includes("127.0.0.1:9997"));
  expect(told.map(({ replica }) => replica)).toEqual(["ingestion"]);
  expect(() => readStackConfig({ ...own, INGESTION_TO_EMBEDDER: "other:9997" })).toThrow("expected 127.0.0.1:port");
});

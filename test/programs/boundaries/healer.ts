// One life of a healer over stand-ins: the real loop, engine, state file, audit and feed door, with eyes that see what
// the stand-in says. Ends itself by SIGKILL at the boundary that it is given; without one, runs its case to the end and
// prints the case's steps.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as settle, setTimeout as realSleep } from "node:timers/promises";
import { projectRoot } from "../../../targets/reference-ai-stack/config.ts";
import type { Policy } from "../../../targets/reference-ai-stack/healer/decision/policy.ts";
import { readPolicy } from "../../../targets/reference-ai-stack/healer/decision/read-policy.ts";
import { NO_TRACER } from "../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { createApprovalDesk, type ApprovalDesk } from "../../../targets/reference-ai-stack/healer/approvals/desk.ts";
import { createEngine } from "../../../targets/reference-ai-stack/healer/durable/engine.ts";
import type { EngineParts } from "../../../targets/reference-ai-stack/healer/durable/engine.ts";
import type { Engine } from "../../../targets/reference-ai-stack/healer/durable/flow.ts";
import { createPastActions } from "../../../targets/reference-ai-stack/healer/durable/past-actions.ts";
import { createRestateEngine } from "../../../targets/reference-ai-stack/healer/durable/restate/restate-engine.ts";
import type { RestateServer } from "../../../targets/reference-ai-stack/healer/durable/restate/server-door.ts";
import { StateFile } from "../../../targets/reference-ai-stack/healer/durable/state-file.ts";
import type { Detection } from "../../../targets/reference-ai-stack/healer/detection/detect.ts";
import { FACULTIES } from "../../../targets/reference-ai-stack/healer/faculties.ts";
import { openFeedDoor } from "../../../targets/reference-ai-stack/healer/feed-door.ts";
import { openAudit } from "../../../targets/reference-ai-stack/healer/governance/audit-file.ts";
import { openJournal } from "../../../targets/reference-ai-stack/healer/governance/journal.ts";
import { openMemory } from "../../../targets/reference-ai-stack/healer/learning/memory.ts";
import { createLoop } from "../../../targets/reference-ai-stack/healer/loop.ts";
import type { Clock, Eyes } from "../../../targets/reference-ai-stack/healer/nouns.ts";
import { openHand } from "../../../targets/reference-ai-stack/healer/orchestration/http-hand.ts";
import { createBook } from "../../../targets/reference-ai-stack/healer/pathways/book.ts";
import { escalate } from "../../../targets/reference-ai-stack/healer/pathways/escalate.ts";
import { PATHWAYS } from "../../../targets/reference-ai-stack/healer/pathways/table.ts";
import type { Found, LoopParts } from "../../../targets/reference-ai-stack/healer/stage-parts.ts";
import { askJson } from "../../../targets/reference-ai-stack/healer/telemetry/http-json.ts";
import type { Witness } from "../../../targets/reference-ai-stack/healer/verification/witness.ts";
import { killerAt } from "./killer.ts";
import type { Boundary } from "./killer.ts";
import {
  aboutIn,
  answeredLately,
  embeddingsSeen,
  entryOf,
  hasCopies,
  ingestionSeen,
  MODELS_SEEN,
  storedSeen,
  sourceSeen,
} from "./seen.ts";
import { SCENARIOS, signalFor } from "./scenarios.ts";
import type { Scenario } from "./scenarios.ts";
import { noTelemetry } from "../../builders/no-telemetry.ts";

/** On which engine a life runs. */
export type EngineSpec =
  | { readonly kind: "sqlite" }
  | { readonly kind: "restate"; readonly server: RestateServer; readonly port: number; readonly realm: string };

export interface LifeSpec {
  readonly engine: EngineSpec;
  readonly scenario: string;
  readonly folder: string;
  readonly supervisorPort: number;
  readonly token: string;
  readonly kill: Boundary | null;
}

const INCIDENT = "inc-1";
const REPLICAS = ["embedder", "vector-1", "vector-2", "inference-1", "inference-2", "gateway"];
const SICK = "vector-1";

/** A wait of minutes is for a person, who answers sooner, ms. */
const FOR_A_PERSON_MS = 60_000;

/**
 * Time that passes at once when it is waited for; on a server, which needs time of its own, after a ms: minutes of this
 * clock would else be over before it has written down a step.
 */
function quickClock(engine: EngineSpec["kind"]): Clock {
  const pass = async (): Promise<void> => (engine === "restate" ? realSleep(1) : settle());
  let now = 0;
  const from = Date.now();
  return {
    now: () => now,
    wallTime: () => new Date(from + now).toISOString(),
    sleep: async (ms) => {
      await (ms < FOR_A_PERSON_MS ? pass() : new Promise<never>(() => undefined));
      now += ms;
    },
  };
}

/** The replica that a scale-out brings, and a scale-in takes away. */
const ONE_MORE = "vector-3";
const [JOINS, LEAVES] = [new Set(["scale-inference"]), new Set(["scale-in-inference"])];

const A_DOCUMENT = { document: "a", version: 1, isThere: true, withdrawn: [] };

/** All is well once the stand-in was asked as often as the scenario wants. */
function eyesOn(port: number, { attempts: wanted, pathway: { name: pathway } }: Scenario): Eyes {
  const isWell = async (): Promise<boolean> => {
    const answer = await askJson({ port, path: "/done", timeoutMs: 5000 });
    return answer.kind === "answered" && (answer.body as { times: number }).times >= wanted;
  };
  const serviceOf = (replica: string): string => replica.replace(/-\d$/, "");
  return {
    rollCall: async () => {
      // Who was started anew is another process.
      const first = (await isWell()) ? 200 : 100;
      const isThere = (await isWell()) ? JOINS.has(pathway) : LEAVES.has(pathway);
      return [...REPLICAS, ...(isThere ? [ONE_MORE] : [])].map((replica, n) => ({
        service: serviceOf(replica),
        replica,
        pid: first + n,
        port: n,
        weight: 1,
        ...entryOf(pathway, first === 200),
      }));
    },
    pulse: async () =>
      (await isWell()) ? { state: "good", ms: 1, says: "health 200" } : { state: "refused", ms: 1, says: "refused" },
    completion: async () =>
      (await isWell()) ? { state: "good", says: "one token" } : { state: "silent", says: "late" },
    manifest: async (from) => ({
      matches: (hasCopies(pathway) && from !== REPLICAS.indexOf(SICK)) || (await isWell()),
      rows: 10,
    }),
    selfRetrieval: async () => ({ share: 1, checked: 29 }),
    resources: async () => {
      const used = (await isWell()) ? 10 : 90;
      return { memory: { used, limit: 100 }, handles: null };
    },
    // Each has one document, and the sick one lacks another one's until it is well.
    holdings: async (from) => [{ digest: String(from === REPLICAS.indexOf(SICK) && !(await isWell())), there: 1 }],
    held: async (from) => (from === REPLICAS.indexOf(SICK) && !(await isWell()) ? [] : [A_DOCUMENT]),
    snapshotGood: async () => hasCopies(pathway),
    tokensMove: isWell,
    embeddings: async (_port, places) => embeddingsSeen(pathway, await isWell(), places),
    models: MODELS_SEEN,
    storedTexts: async () => storedSeen(await isWell()),
    questions: async () => null,
    ingestion: async () => ingestionSeen(pathway, await isWell()),
    askTwice: async () => ({ asked: 2, differing: (await isWell()) ? 0 : 1 }),
    traffic: async () => {
      const drained = await isWell();
      return REPLICAS.slice(0, -1).map((replica) => {
        const weight = replica === SICK && drained ? 0 : 1;
        return {
          service: serviceOf(replica),
          replica,
          weight,
          started: 10,
          recent: answeredLately(pathway),
          waiting: [],
        };
      });
    },
    sources: async () => [sourceSeen(await isWell())],
    check: async (replica) => (replica === SICK && !(await isWell()) ? 900 : 5),
  };
}

function openEngine(spec: EngineSpec, parts: EngineParts): Engine<Found> {
  if (spec.kind === "sqlite") return createEngine<Found>(parts);
  const { server, port, realm } = spec;
  const onWarning = (says: string): void => void process.stderr.write(`${says}\n`);
  const onTrouble = (says: string | null): void => (says === null ? undefined : onWarning(says));
  // The clock of these lives does not wait, so neither does the server, but for a person.
  const serverMs = (ms: number): number => (ms < FOR_A_PERSON_MS ? 0 : ms);
  return createRestateEngine<Found>({ ...parts, server, port, realm, onTrouble, onWarning, serverMs });
}

function shippedPolicy(): Policy {
  const file = join(projectRoot(), "targets/reference-ai-stack/healer/policy.yaml");
  const read = readPolicy(readFileSync(file), file, { pathways: PATHWAYS });
  if (!read.ok) throw new Error(read.problems.join("; "));
  return read.policy;
}

/** All is well for everybody but the pathway's own check. */
const WELL: Witness = {
  users: async () => null,
  ask: async () => ({ ok: true, ms: 20 }),
  reaches: async () => true,
  records: async () => 10,
  agreement: async () => ({ share: 1, checked: 40 }),
};

/** Nothing but the case of this test is found. */
const createDetection = (): Detection => ({
  take: () => [],
  forget: () => undefined,
  opinions: () => [],
  isArmed: () => false,
  learned: () => ({}),
});

function grantAll(desk: ApprovalDesk): void {
  const open = desk.questions().filter(({ outcome, given }) => outcome === "open" && given.length === 0);
  for (const { plan, nonce } of open) void desk.take(INCIDENT, { answer: "granted", by: "ada", plan, nonce });
}

async function live(spec: LifeSpec): Promise<void> {
  const scenario = SCENARIOS.find(({ name }) => name === spec.scenario);
  if (scenario === undefined) throw new Error(`no scenario ${spec.scenario}`);
  const clock = quickClock(spec.engine.kind);
  const killer = killerAt(INCIDENT, spec.kill, spec.engine.kind);
  const quiet = { wallTime: clock.wallTime, onTrouble: (): void => undefined };
  const file = new StateFile(join(spec.folder, "state.sqlite"), { ...quiet, mostPages: 10_000 });
  const state = killer.state(file);
  const audit = await openAudit(join(spec.folder, "audit.ndjson"), quiet);
  const hand = openHand(spec.supervisorPort, spec.token, NO_TRACER);
  const lessons = new StateFile(join(spec.folder, "learning.sqlite"), { ...quiet, mostPages: 10_000 });
  const memory = openMemory({ state: lessons, wallTime: clock.wallTime, audit: () => undefined });
  const engine = killer.engine(openEngine(spec.engine, { state, loaded: file.loaded, clock, kept: 200 }));
  const publish = openFeedDoor(spec.supervisorPort, spec.token, (says) => {
    throw new Error(says);
  });
  const policy = shippedPolicy();
  const approvals = createApprovalDesk({ state, clock, audit, engine });
  const parts: LoopParts = {
    eyes: eyesOn(spec.supervisorPort, scenario),
    witness: WELL,
    source: noTelemetry,
    hand: { do: killer.acts((...order) => hand.do(...order)) },
    clock,
    journal: openJournal({
      audit: { record: killer.acts((fields) => audit.record(fields)) },
      publish,
      wallTime: clock.wallTime,
    }),
    pathways: createBook([...new Set([scenario.pathway, escalate])]),
    memory,
    state,
    engine,
    approvals,
    surroundings: { graph: async () => null, changes: async () => null },
    policy: { read: () => policy },
    dryRun: false,
    past: createPastActions(state, clock),
    selfTrouble: () => null,
    noops: new Set<string>(),
    self: "healer",
    newId: () => INCIDENT,
    trouble: (where, error) => void process.stderr.write(`${where}: ${String(error)}\n`),
  };
  const loop = createLoop(parts, { ...FACULTIES, createDetection });
  loop.turn();
  // A person who grants whatever is asked.
  const person = setInterval(() => grantAll(approvals), 5);
  const scope = { service: "vector", replica: SICK };
  const signals = [
    { name: signalFor(scenario.pathway), scope, says: "for this test", ...aboutIn(scenario.pathway.name) },
  ];
  await engine.start(INCIDENT, { incident: { id: INCIDENT, scope, signals }, reasons: ["for this test"] });
  await engine.settled();
  clearInterval(person);
  await audit.close();
  lessons.close();
  const steps = engine.history(INCIDENT).map(({ key, name }) => ({ key, name }));
  process.stdout.write(JSON.stringify(steps), () => process.exit(0));
}

await live(JSON.parse(process.argv[2] ?? "") as LifeSpec);

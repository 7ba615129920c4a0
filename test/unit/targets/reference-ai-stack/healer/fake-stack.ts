// A stack in memory: replicas that die, slow down or lose rows, and a gateway that spreads seeded traffic over them.
// It behaves, it does not record calls: tests look at what became of it and at what the healer said.
import { frozenTexts } from "../../../../../targets/reference-ai-stack/healer/detection/drift/frozen-texts.ts";
import type { ApprovalDesk, GivenAnswer } from "../../../../../targets/reference-ai-stack/healer/approvals/desk.ts";
import type { JournalEvent } from "../../../../../targets/reference-ai-stack/healer/governance/journal.ts";
import type {
  Change,
  Eyes,
  Surroundings,
  TrafficSample,
} from "../../../../../targets/reference-ai-stack/healer/nouns.ts";
import type { Pathway } from "../../../../../targets/reference-ai-stack/healer/pathways/pathway.ts";
import { PATHWAYS } from "../../../../../targets/reference-ai-stack/healer/pathways/table.ts";
import type { Policy } from "../../../../../targets/reference-ai-stack/healer/decision/policy.ts";
import { FRESH_MIB, handOn } from "./fake-hand.ts";
import { createLives } from "./fake-lives.ts";
import { witnessOn } from "./fake-witness.ts";
import { newServers, sourceOf } from "./fake-servers.ts";
import { policyWith } from "./policy-for-tests.ts";
import { busyLatency, createVirtualClock, poisson, seeded } from "./virtual-clock.ts";

export interface FakeReplica {
  readonly service: string;
  readonly replica: string;
  readonly port: number;
  pid: number | null;
  weight: number;
  /** Added to the time of every answer that the gateway gets, ms. */
  edgeMs: number;
  /** Does not answer /health in time, though the process lives. */
  hung: boolean;
  damagedShare: number;
  /** Resident memory, MiB, and how much of it is added each second. */
  memoryMiB: number;
  leakMiB: number;
  /** The embedder computes other vectors than it did. */
  drifted: boolean;
  failing: boolean;
  seq: number;
  /** Age of the oldest request that the gateway waits for there, ms. */
  oldestMs: number;
  /** Active checks that it was given. */
  checks: number;
  /** Active checks do not see how late its answers are. */
  blind: boolean;
  recent: (TrafficSample & { readonly at: number })[];
}

export type FakeStack = ReturnType<typeof createFakeStack>;

interface FakeStackOptions {
  readonly seed: number;
  readonly noops?: readonly string[];
  readonly perSecond?: number;
  readonly pathways?: readonly Pathway[];
  readonly policy?: Policy | null;
  readonly dryRun?: boolean;
  /** Who calls whom; absent: the gateway calls everybody else. Null: nobody could say. */
  readonly graph?: ReadonlyMap<string, ReadonlySet<string>> | null;
}

const REPLICAS = ["embedder", "vector-1", "vector-2", "inference-1", "inference-2", "gateway"];

/** A stack with the healer's loop on it. `pass(ms)` lets time go by for both. */
export function createFakeStack({ policy = policyWith(), dryRun = false, ...options }: FakeStackOptions) {
  const [clock, random, load] = [createVirtualClock(), seeded(options.seed), newLoad(options)];
  const [replicas, servers] = [REPLICAS.map(newReplica), newServers()];
  const [hands, healer, rules] = [newHands(), { trouble: null as string | null }, { policy }];
  const events: (JournalEvent & { readonly at: number })[] = [];
  const [audit, troubles]: [unknown[], unknown[]] = [[], []];
  const [touched, changes]: [string[], Change[]] = [[], []];
  const find = (name: string): FakeReplica => named(replicas, name);
  const live = createLives({
    ...sensesOn(replicas, (ms) => clock.sleep(ms)),
    source: sourceOf(servers, () => clock.now()),
    hand: handOn(find, hands, { touched, servers }),
    clock,
    surroundings: surroundingsOf(replicas, changes, options.graph),
    pathways: options.pathways ?? PATHWAYS,
    noops: options.noops ?? [],
    heard: (event) => void events.push({ ...event, at: clock.now() }),
    audited: (fields) => void audit.push(fields),
    trouble: (where, error) => void troubles.push([where, error]),
    selfTrouble: () => healer.trouble,
    policy: { read: () => rules.policy },
    dryRun,
  });
  let life = live();
  return {
    replicas,
    find,
    server: (name: string) => named([...servers.values()], name),
    load,
    hands,
    rules,
    events,
    audit,
    troubles,
    touched,
    /** What somebody has changed on purpose. */
    changes,
    /** What the healer of now shows of its incidents. */
    incidents: () => life.journal.incidents(),
    explain: (id: string) => life.explain(id),
    learned: () => life.memory.view(),
    healerApp: (token: string) => life.app(token),
    leases: () => life.leases(),
    /** What people were asked, the newest first. */
    questions: () => life.approvals.questions(),
    ...answeringTo(() => life),
    healer,
    clock,
    /** The healer's process is killed: what it had under way stops where it is. */
    killHealer: () => life.die(),
    /** Another process of the healer begins; `loaded`: when it can read what the earlier ones left (at once). */
    startHealer: (loaded?: Promise<void>) => void (life = live(loaded)),
    /** What the healer said, in order: `type` of every event. */
    said: () => events.map((event) => event.type),
    /** ms from `since` to the first event of this type. */
    after: (type: string, since: number) => (events.find((event) => event.type === type)?.at ?? Infinity) - since,
    async pass(ms: number): Promise<void> {
      for (let gone = 0; gone < ms; gone += 100) {
        await clock.pass(100);
        for (const one of replicas) one.memoryMiB += one.leakMiB / 10;
        serveSome(replicas, clock.now(), { random, ...load });
        life.turn();
        await clock.pass(0);
      }
    },
  };
}

type Answering = [id: string, answer: GivenAnswer["answer"], other?: Partial<GivenAnswer>];

/** `answerPastDesk`: a grant that reaches the engine itself, as on a server whose door is open. */
function answeringTo(life: () => ReturnType<ReturnType<typeof createLives>>) {
  return {
    answer: (...given: Answering) => answerNewest(life().approvals, ...given),
    answerPastDesk: (id: string, by: string) => life().engine.answer(id, { answer: "granted", by }),
  };
}

/** A person's answer to the newest question of that incident, with what is to be different about it. */
function answerNewest(desk: ApprovalDesk, ...[id, answer, other = {}]: Answering): ReturnType<ApprovalDesk["take"]> {
  const { plan = "", nonce = "" } = desk.questions().find(({ incident }) => incident === id) ?? {};
  return desk.take(id, { answer, by: "ada", plan, nonce, ...other });
}

/** Without another graph the gateway calls everybody else. */
function surroundingsOf(
  replicas: readonly FakeReplica[],
  changes: readonly Change[],
  graph: FakeStackOptions["graph"],
): Surroundings {
  const others = replicas.map(({ service }) => service).filter((service) => service !== "gateway");
  const shown = graph === undefined ? new Map([["gateway", new Set(others)]]) : graph;
  return { graph: async () => shown, changes: async () => changes };
}

function newLoad({ perSecond = 20 }: Pick<FakeStackOptions, "perSecond">): { perSecond: number; stutterMs: number } {
  return { perSecond, stutterMs: 0 };
}

/** `hears`: called with each thing that is asked of the hand. */
function newHands(): { brokenRestart: boolean; hears: () => void } {
  return { brokenRestart: false, hears: () => undefined };
}

function named<One extends { readonly replica: string }>(all: readonly One[], name: string): One {
  const found = all.find((one) => one.replica === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

const LIMIT_MIB = 512;

function newReplica(replica: string, position: number): FakeReplica {
  const service = replica.replace(/-\d$/, "");
  const well = { weight: 1, edgeMs: 0, hung: false, damagedShare: 0, failing: false, seq: 0, checks: 0, blind: false };
  const held = { memoryMiB: FRESH_MIB, leakMiB: 0, drifted: false, oldestMs: 0 };
  return { service, replica, port: 7000 + position, pid: 100 + position, ...well, ...held, recent: [] };
}

/** What users ask in a tenth of a second. */
function serveSome(
  replicas: FakeReplica[],
  now: number,
  world: { random: () => number; perSecond: number; stutterMs: number },
): void {
  const count = poisson(world.perSecond / 10, world.random);
  for (let n = 0; n < count; n += 1) serve(replicas, now, world);
}

/** One user request: it asks one replica of every service behind the gateway, and another when the first is dead. */
function serve(replicas: FakeReplica[], now: number, world: { random: () => number; stutterMs: number }): void {
  if (replicas.some((one) => one.service === "gateway" && one.pid === null)) return;
  for (const service of ["embedder", "vector", "inference"]) {
    const open = replicas.filter((one) => one.service === service && one.weight > 0);
    const first = open[Math.floor(world.random() * open.length)];
    if (first === undefined) continue;
    ask(first, now, world);
    const other = open.find((one) => one !== first);
    if (first.pid === null && other !== undefined) ask(other, now, world);
  }
}

function ask(one: FakeReplica, now: number, world: { random: () => number; stutterMs: number }): void {
  if (one.hung) return;
  one.seq += 1;
  const ok = one.pid !== null && !one.failing;
  const ms = ok ? busyLatency(world.random) + one.edgeMs + world.stutterMs : 1;
  one.recent = [...one.recent.filter((sample) => sample.at > now - 10_000), { seq: one.seq, ms, ok, at: now + ms }];
}

function sensesOn(replicas: FakeReplica[], sleep: (ms: number) => Promise<void>) {
  return { eyes: eyesOn(replicas, sleep), witness: witnessOn(replicas, sleep) };
}

function eyesOn(replicas: FakeReplica[], sleep: (ms: number) => Promise<void>): Eyes {
  const at = (port: number): FakeReplica | undefined => replicas.find((one) => one.port === port);
  return {
    rollCall: async () =>
      replicas.map(({ service, replica, pid, port, weight }) => ({ service, replica, pid, port, weight })),
    pulse: async (port) => {
      const one = at(port);
      if (one === undefined || one.pid === null) return { state: "refused", ms: 1, says: "ECONNREFUSED" };
      if (!one.hung) return { state: "good", ms: 2, says: "health 200" };
      await sleep(1000);
      return { state: "silent", ms: 1000, says: "no answer within 1000 ms" };
    },
    manifest: async (port) => {
      const one = at(port);
      return one === undefined || one.pid === null ? null : { matches: one.damagedShare === 0, rows: 2187 };
    },
    selfRetrieval: async (port) => {
      const one = at(port);
      return one === undefined || one.pid === null ? null : { share: 1 - one.damagedShare, checked: 64 };
    },
    resources: async (port) => {
      const one = at(port);
      if (one === undefined || one.pid === null) return null;
      return {
        memory: { used: one.memoryMiB * 2 ** 20, limit: LIMIT_MIB * 2 ** 20 },
        handles: { used: 30, limit: 1000 },
      };
    },
    embeddings: async (port, places) => {
      const one = at(port);
      if (one === undefined || one.pid === null) return null;
      const kept = places.map((place) => frozenTexts()[place]?.vector ?? new Float32Array());
      return { places, vectors: kept.map((vector) => (one.drifted ? vector.toReversed() : vector)) };
    },
    questions: async () => null,
    traffic: async () => {
      if (replicas.some((one) => one.service === "gateway" && one.pid === null)) return null;
      return replicas
        .filter((one) => one.service !== "gateway")
        .map(({ service, replica, weight, seq, recent, oldestMs }) => ({
          service,
          replica,
          weight,
          started: seq,
          waiting: [],
          oldestMs,
          recent,
        }));
    },
    check: async (replica) => {
      const one = replicas.find((candidate) => candidate.replica === replica);
      if (one === undefined || one.pid === null) return null;
      one.checks += 1;
      const ms = one.blind ? 5 : one.edgeMs + 5;
      await sleep(ms);
      return ms;
    },
  };
}

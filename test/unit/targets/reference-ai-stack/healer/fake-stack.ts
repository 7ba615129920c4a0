// A stack in memory: replicas that die, slow down or lose rows, and a gateway that spreads seeded traffic over them.
// It behaves, it does not record calls: tests look at what became of it and at what the healer said.
import type { ApprovalDesk, GivenAnswer } from "../../../../../targets/reference-ai-stack/healer/approvals/desk.ts";
import type { JournalEvent } from "../../../../../targets/reference-ai-stack/healer/governance/journal.ts";
import type { Change, Surroundings } from "../../../../../targets/reference-ai-stack/healer/nouns.ts";
import type { Pathway } from "../../../../../targets/reference-ai-stack/healer/pathways/pathway.ts";
import { PATHWAYS } from "../../../../../targets/reference-ai-stack/healer/pathways/table.ts";
import type { Policy } from "../../../../../targets/reference-ai-stack/healer/decision/policy.ts";
import type { FakeReplica } from "./fake-replica.ts";
import { sensesOn } from "./fake-eyes.ts";
import { FRESH_MIB, handOn } from "./fake-hand.ts";
import { createLives } from "./fake-lives.ts";
import { answerByModels, newModels, type FakeModels } from "./fake-models.ts";
import { newServers, sourceOf } from "./fake-servers.ts";
import { policyWith } from "./policy-for-tests.ts";
import { busyLatency, createVirtualClock, poisson, seeded } from "./virtual-clock.ts";

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
  const [replicas, servers, models] = [REPLICAS.map(newReplica), newServers(), newModels()];
  const [hands, healer, rules] = [newHands(), { trouble: null as string | null }, { policy }];
  const events: (JournalEvent & { readonly at: number })[] = [];
  const [audit, troubles]: [unknown[], unknown[]] = [[], []];
  const [touched, changes, find]: [string[], Change[], Find] = [[], [], (name) => named(replicas, name)];
  const live = createLives({
    ...sensesOn(replicas, models, (ms) => clock.sleep(ms)),
    source: sourceOf(servers, () => clock.now()),
    hand: handOn(find, hands, { touched, servers, models, ...membersOn(replicas) }),
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
    models,
    find,
    ...membersOn(replicas),
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
        serveSome(replicas, clock.now(), { random, models, ...load });
        life.turn();
        await clock.pass(0);
      }
    },
  };
}

type Find = (name: string) => FakeReplica;
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

/** One more replica of a service, under the next number, and one less. */
function membersOn(replicas: FakeReplica[]) {
  return {
    join: (service: string): void => {
      const number = replicas.filter((one) => one.service === service).length + 1;
      replicas.push(newReplica(`${service}-${number}`, 100 + replicas.length));
    },
    leave: (replica: string): void => void replicas.splice(replicas.indexOf(named(replicas, replica)), 1),
  };
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

function newReplica(replica: string, position: number): FakeReplica {
  const service = replica.replace(/-\d$/, "");
  const well = {
    weight: 1,
    edgeMs: 0,
    hung: false,
    engineHung: false,
    damagedShare: 0,
    failing: false,
    keptStale: false,
    cacheRotten: false,
    seq: 0,
    checks: 0,
    blind: false,
  };
  const held = { memoryMiB: FRESH_MIB, leakMiB: 0, drifted: false, oldestMs: 0 };
  return { service, replica, port: 7000 + position, pid: 100 + position, ...well, ...held, recent: [] };
}

/** What users ask, and what leaks, in a tenth of a second. */
function serveSome(
  replicas: FakeReplica[],
  now: number,
  world: { random: () => number; perSecond: number; stutterMs: number; models: FakeModels },
): void {
  for (const one of replicas) one.memoryMiB += one.leakMiB / 10;
  const count = poisson(world.perSecond / 10, world.random);
  for (let n = 0; n < count; n += 1) {
    serve(replicas, now, world);
    answerByModels(world.models);
  }
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
  const how = ok ? (one.ends ?? "whole") : "failed";
  const kept = one.recent.filter((sample) => sample.at > now - 10_000);
  one.recent = [...kept, { seq: one.seq, ms, ok, at: now + ms, how }];
}

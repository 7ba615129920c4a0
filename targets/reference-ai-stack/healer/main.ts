// The healer's process: configuration in, the loop turning, the feed served. It repairs what it sees and writes down
// all it does.
import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, type Logger } from "../common/log.ts";
import { createRegistry } from "../common/metrics.ts";
import { serveOn } from "../common/serve.ts";
import type { Tracer } from "../common/telemetry/span.ts";
import { createTelemetry } from "../common/telemetry/telemetry.ts";
import { readStackConfig } from "../config.ts";
import type { StackConfig } from "../config.ts";
import { createApprovalDesk } from "./approvals/desk.ts";
import { createPlaces } from "./decision/places.ts";
import { openPolicyFile, type PolicyBook } from "./decision/policy-file.ts";
import { openEngine } from "./durable/open-engine.ts";
import { createPastActions } from "./durable/past-actions.ts";
import type { State } from "./durable/state.ts";
import { FACULTIES } from "./faculties.ts";
import { openFeedDoor } from "./feed-door.ts";
import { openDisk } from "./disk.ts";
import type { AuditFields } from "./governance/audit-chain.ts";
import type { Audit } from "./governance/audit-file.ts";
import { openJournal, type JournalEvent } from "./governance/journal.ts";
import { openMemory } from "./learning/memory.ts";
import type { Memory } from "./learning/memory.ts";
import { createLoop } from "./loop.ts";
import type { Clock, Eyes } from "./nouns.ts";
import { NUMBERS } from "./numbers.ts";
import { createBook } from "./pathways/book.ts";
import { PATHWAYS } from "./pathways/table.ts";
import { openHand } from "./orchestration/http-hand.ts";
import { countEvents, createHealerApp, notesOn } from "./server.ts";
import type { Found } from "./stage-parts.ts";
import { openEyes } from "./telemetry/http-eyes.ts";
import { openSurroundings } from "./telemetry/http-surroundings.ts";
import { traceIncidents, traceOf } from "./telemetry/incident-trace.ts";
import { openWitness } from "./verification/witness.ts";
import { openSource } from "./telemetry/metrics/open-source.ts";
import { keepSight } from "./telemetry/metrics/sight.ts";

const clock: Clock = {
  now: () => performance.now(),
  wallTime: () => new Date().toISOString(),
  sleep: (ms) => sleep(ms),
};

async function main(): Promise<void> {
  const config = readStackConfig(process.env);
  const { replicaId: self = "healer", healerToken: token = "" } = config;
  const { log, tracer, start, end } = createTelemetry({ service: "healer", replica: self }, config);
  const disk = await openDisk(config, clock, log);
  const { audit: honestAudit, state, lessons, trouble: diskTrouble } = disk;
  const engine = await openEngine<Found>(config.engine, { disk, clock, log });
  const honestHand = openHand(config.ports.supervisor, token, tracer);
  const places = createPlaces(state);
  const eyes = places.through(eyesOf(config));
  // The one door to ../sabotage/ in this process: planted defects, to test the observer.
  const wrap =
    config.sabotage === undefined ? {} : (await import("../sabotage/table.ts")).wrapHealer(config.sabotage, log);
  const audit = wrap.audit?.(honestAudit) ?? honestAudit;
  const policy = openPolicy(config.policyFile, { state, audit, log, places: places.list });
  const selfTrouble = (): string | null => [diskTrouble(), policy.trouble()].filter(Boolean).join("; ") || null;
  const publish = openFeedDoor(config.ports.supervisor, token, (says) => log.error("the feed", { reason: says }));
  const registry = createRegistry("healer", self);
  const note = notesOn(registry);
  const tell = tellerOf({ log, tracer, count: countEvents(registry) }, publish);
  const honestJournal = openJournal({ audit, wallTime: clock.wallTime, publish: tell });
  const journal = wrap.journal?.(honestJournal, clock) ?? honestJournal;
  const honestDesk = createApprovalDesk({ state, clock, audit, engine });
  const parts = {
    approvals: wrap.approvals?.(honestDesk, clock) ?? honestDesk,
    eyes,
    witness: openWitness(config.ports.gateway),
    source: keepSight(openSource(config.telemetry, clock.now), clock.now),
    hand: wrap.hand?.(honestHand, eyes, clock) ?? honestHand,
    clock,
    journal,
    engine,
    state,
    past: createPastActions(state, clock),
    pathways: createBook(PATHWAYS),
    memory: rememberOn(lessons, { clock, audit, log, wrap }),
    surroundings: openSurroundings(config.ports),
    policy,
    dryRun: config.dryRun,
    noops: new Set(config.noopActions),
    self,
    selfTrouble,
    newId: () => `inc-${randomUUID().slice(0, 8)}`,
    trouble: (where: string, error: unknown) => log.error(`${where} failed`, { reason: messageOf(error) }),
  };
  await audit.record({ principal: "healer", what: "started", pid: process.pid, noopActions: config.noopActions });
  const loop = createLoop(parts, wrap.faculties?.(FACULTIES, clock) ?? FACULTIES);
  const served = { audit, registry, token: config.healerDoorToken, loop };
  const app = createHealerApp({ ...parts, ...served });
  await serveOn(app, config.ports.healer, async () => void (await Promise.all([disk.close(), end()])));
  start(() => registry);
  setInterval(() => loop.turn(), NUMBERS.tickMs);
  setInterval(() => policy.refresh(), NUMBERS.policy.lookMs);
  setInterval(() => {
    for (const one of [state, lessons]) one.retry();
    note({ trouble: diskTrouble(), owed: state.owed() + lessons.owed(), opinions: loop.opinions() });
  }, NUMBERS.state.retryMs);
}

type Teller = (event: JournalEvent) => Promise<void>;

interface Notes {
  readonly log: Logger;
  readonly tracer: Tracer;
  readonly count: (event: JournalEvent) => void;
}

/** Counts an event, traces and logs it, and publishes it. */
function tellerOf({ log, tracer, count }: Notes, publish: Teller): Teller {
  const trace = traceIncidents(tracer);
  return (event) => {
    const { type, detail } = event;
    const { id } = event.incident;
    count(event);
    trace(event);
    log.info(`incident ${type}`, { incident: id, reasons: detail.reasons.join(" · ") }, traceOf(id));
    return publish(event);
  };
}

interface PolicyParts {
  readonly state: State;
  readonly audit: Pick<Audit, "record">;
  readonly log: Logger;
  readonly places: () => readonly string[];
}

/** Each change of it, and each refusal, goes into the log and the audit. */
function openPolicy(file: string, { state, audit, log, places }: PolicyParts): PolicyBook {
  return openPolicyFile({
    file,
    pathways: PATHWAYS,
    places,
    state,
    onChange({ says, isRefused, ...stamp }) {
      log[isRefused ? "error" : "info"](says);
      void audit.record({ principal: "healer", what: isRefused ? "policy.refused" : "policy.changed", says, ...stamp });
    },
  });
}

function eyesOf({ ports, memoryLimitMiB, handleLimit, cacheDir, lookToken, inference }: StackConfig): Eyes {
  const limits = { memoryBytes: memoryLimitMiB * 2 ** 20, handles: handleLimit };
  return openEyes({
    supervisorPort: ports.supervisor,
    gatewayPort: ports.gateway,
    limits,
    cacheDir,
    engine: inference.engine,
    ...(lookToken !== undefined && { lookToken }),
  });
}

interface RememberParts {
  readonly clock: Clock;
  readonly audit: Audit;
  readonly log: Logger;
  readonly wrap: { readonly memory?: (memory: Memory) => Memory };
}

/** What was learned, on the disk; its changes go to the audit when that takes them, and hold nothing up. */
function rememberOn(state: State, { clock, audit, log, wrap }: RememberParts): Memory {
  const record = (fields: AuditFields): void =>
    void audit.record(fields).catch((error: unknown) => log.error("the audit", { reason: messageOf(error) }));
  const honest = openMemory({ state, wallTime: clock.wallTime, audit: record });
  return wrap.memory?.(honest) ?? honest;
}

await main();

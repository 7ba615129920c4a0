// The healer's process: configuration in, the loop turning, the feed served. It repairs what it sees and writes down
// all it does.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { createLogger, messageOf } from "../common/log.ts";
import { createRegistry } from "../common/metrics.ts";
import { serveOn } from "../common/serve.ts";
import { readStackConfig } from "../config.ts";
import { FACULTIES } from "./faculties.ts";
import { openAudit } from "./governance/audit-file.ts";
import { openJournal } from "./governance/journal.ts";
import { createIncidentFeed } from "./incident-feed.ts";
import { openMemory } from "./learning/experience-file.ts";
import { createLoop } from "./loop.ts";
import type { Clock } from "./nouns.ts";
import { NUMBERS } from "./numbers.ts";
import { createBook } from "./pathways/book.ts";
import { PATHWAYS } from "./pathways/table.ts";
import { openHand } from "./orchestration/http-hand.ts";
import { countEvents, createHealerApp } from "./server.ts";
import { openEyes } from "./telemetry/http-eyes.ts";

async function main(): Promise<void> {
  const config = readStackConfig(process.env);
  const self = config.replicaId ?? "healer";
  const log = createLogger(self);
  const folder = join(config.dataDir, "healer");
  const clock: Clock = {
    now: () => performance.now(),
    wallTime: () => new Date().toISOString(),
    sleep: (ms) => sleep(ms),
  };
  const auditFile = join(folder, "audit.ndjson");
  const honestAudit = await openAudit(auditFile, clock.wallTime);
  const honestHand = openHand(config.ports.supervisor, config.healerToken ?? "");
  const eyes = openEyes({ supervisorPort: config.ports.supervisor, gatewayPort: config.ports.gateway });
  // The one door to ../sabotage/ in this process: planted defects, to test the observer.
  const wrap =
    config.sabotage === undefined ? {} : (await import("../sabotage/table.ts")).wrapHealer(config.sabotage, log);
  const audit = wrap.audit?.(honestAudit) ?? honestAudit;
  const registry = createRegistry("healer", self);
  const feed = createIncidentFeed(`/reference-ai-stack/healer/${process.pid}`);
  const count = countEvents(registry);
  const honestJournal = openJournal({
    audit,
    wallTime: clock.wallTime,
    publish: (event) => {
      feed.publish(event);
      count(event);
      log.info(`incident ${event.type}`, { incident: event.incident.id, reasons: event.detail.reasons.join(" · ") });
    },
  });
  const journal = wrap.journal?.(honestJournal, clock) ?? honestJournal;
  const parts = {
    eyes,
    hand: wrap.hand?.(honestHand, eyes, clock) ?? honestHand,
    clock,
    journal,
    pathways: createBook(PATHWAYS),
    memory: openMemory(join(folder, "experience.json")),
    noops: new Set(config.noopActions),
    self,
    newId: () => `inc-${randomUUID().slice(0, 8)}`,
    trouble: (where: string, error: unknown) => log.error(`${where} failed`, { reason: messageOf(error) }),
  };
  const loop = createLoop(parts, wrap.faculties?.(FACULTIES, clock) ?? FACULTIES);
  await audit.record({ principal: "healer", what: "started", pid: process.pid, noopActions: config.noopActions });
  await serveOn(createHealerApp(journal, feed, { registry, auditFile }), config.ports.healer, () => audit.close());
  setInterval(() => loop.turn(), NUMBERS.tickMs);
}

await main();

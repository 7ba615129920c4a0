// What the healer shows of itself: incidents, health, metrics. Two things come in, with a token: a person's answer
// to a question, and what the supervisor did while nobody else could write the audit.
import { Hono } from "hono";
import { Counter, Gauge } from "prom-client";
import type { Registry } from "prom-client";
import { z } from "zod";
import type { GuardedEnv } from "../common/bearer.ts";
import { mountMetrics } from "../common/metrics.ts";
import type { ApprovalDesk } from "./approvals/desk.ts";
import type { Engine } from "./durable/flow.ts";
import type { PathwayBook } from "./pathways/book.ts";
import type { Found } from "./stage-parts.ts";
import type { Audit } from "./governance/audit-file.ts";
import { explain } from "./governance/explain.ts";
import { scopeKey } from "./nouns.ts";
import type { Loop } from "./loop.ts";
import type { Clock, Signal } from "./nouns.ts";
import { knowledgeOf } from "./knowledge/knowledge-graph.ts";
import type { PastActions } from "./durable/past-actions.ts";
import type { Journal, JournalEvent } from "./governance/journal.ts";
import { learnedFrom, mountLearning } from "./learning/learning-door.ts";
import type { Memory } from "./learning/memory.ts";
import { openSupervisorDoor, recordBody } from "./supervisor-door.ts";
import type { Sight } from "./telemetry/metrics/sight.ts";

export interface HealerAppParts {
  readonly journal: Pick<Journal, "incidents">;
  readonly audit: Pick<Audit, "record">;
  readonly engine: Pick<Engine<Found>, "flows" | "history">;
  readonly approvals: Pick<ApprovalDesk, "take" | "questions">;
  readonly pathways: PathwayBook;
  readonly past: Pick<PastActions, "list">;
  readonly loop: Pick<Loop, "isArmed" | "signals">;
  readonly memory: Memory;
  readonly registry: Registry;
  /** The token that the supervisor shares with the healer and with nobody else. */
  readonly token: string | undefined;
  readonly clock: Pick<Clock, "now">;
  readonly selfTrouble: () => string | null;
  readonly source: { sight(): Sight };
}

const approvalBody = z.strictObject({
  answer: z.enum(["granted", "denied"]),
  by: z.string().min(1).max(200),
  plan: z.string().min(1).max(200),
  nonce: z.string().min(1).max(200),
});

/**
 * `GET /incidents /incidents/:id/steps /incidents/:id/explanation /approvals /health /metrics`, `POST
 * /incidents/:id/approval /audit` (token).
 */
export function createHealerApp(parts: HealerAppParts): Hono<GuardedEnv> {
  const { journal, engine } = parts;
  const app = new Hono<GuardedEnv>();
  const guard = openSupervisorDoor(parts);
  app.post("/audit", guard, async (c) => {
    const body = recordBody.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success)
      return c.json({ error: "expected a record of what the supervisor does, with `what` and `event`" }, 400);
    const { person = "supervisor", ...fields } = body.data;
    await parts.audit.record({ ...fields, principal: person });
    return c.json({ written: true });
  });
  app.get("/knowledge", (c) => c.json(knowledgeOf(parts.past.list())));
  app.get("/incidents", (c) => c.json({ incidents: journal.incidents() }));
  app.get("/incidents/:id/steps", (c) => c.json({ steps: engine.history(c.req.param("id")) }));
  app.get("/incidents/:id/explanation", (c) => {
    const flow = engine.flows().find(({ id }) => id === c.req.param("id"));
    if (flow === undefined) return c.json({ error: "no such incident is known (any more)" }, 404);
    const learned = learnedFrom(flow.id, parts.memory.view().changes);
    return c.json({ ...explain(flow, engine.history(flow.id), parts.pathways), learned });
  });
  app.post("/incidents/:id/approval", guard, async (c) => {
    const body = approvalBody.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return c.json({ error: "expected answer (granted or denied), by, plan and nonce" }, 400);
    const taken = await parts.approvals.take(c.req.param("id"), body.data);
    if (!taken.ok) return c.json({ error: taken.why }, taken.status);
    return c.json({ taken: true, decided: taken.decided, missing: taken.missing });
  });
  mountLearning(app, guard, parts.memory);
  app.get("/signals", (c) => c.json({ signals: parts.loop.signals() }));
  app.get("/approvals", (c) => c.json({ questions: parts.approvals.questions() }));
  app.get("/health", (c) => {
    const open = journal.incidents().filter((record) => record.state === "open").length;
    const trouble = parts.selfTrouble();
    const telemetry = parts.source.sight();
    const armed = parts.loop.isArmed();
    return c.json({ status: "ok", armed, openIncidents: open, telemetry, ...(trouble !== null && { trouble }) });
  });
  mountMetrics(app, parts.registry);
  return app;
}

/** Counts the journal's events by type and pathway, and the incidents that are open. */
export function countEvents(registry: Registry): (event: JournalEvent) => void {
  const events = new Counter({
    name: "healer_events_total",
    help: "Events of incidents by type and pathway.",
    labelNames: ["type", "pathway"],
    registers: [registry],
  });
  const open = new Gauge({ name: "healer_open_incidents", help: "Incidents under way.", registers: [registry] });
  const takenBack = new Counter({
    name: "healer_compensations_total",
    help: "Remedies that made things worse and were taken back.",
    labelNames: ["pathway"],
    registers: [registry],
  });
  return ({ type, detail }) => {
    if (detail.takenBack === true) takenBack.inc({ pathway: detail.pathway ?? "" });
    events.inc({ type, pathway: detail.pathway ?? "" });
    if (type === "detected") open.inc();
    if (type === "closed" || type === "escalated" || type === "held") open.dec();
  };
}

/** 1 for each second opinion that stands; looked at each tick. */
function showOpinions(registry: Registry): (opinions: readonly Signal[]) => void {
  const standing = new Gauge({
    name: "healer_second_opinion",
    help: "1 while a second opinion stands: it adds to other signals and is never one alone.",
    labelNames: ["signal", "at"],
    registers: [registry],
  });
  return (opinions) => {
    standing.reset();
    for (const { name, scope } of opinions) standing.set({ signal: name, at: scopeKey(scope) }, 1);
  };
}

/**
 * 1 while what the healer does cannot be written down, and how many values its state file lacks; looked at each tick.
 */
function countTrouble(registry: Registry): (trouble: string | null, owed: number) => void {
  const registers = [registry];
  const failing = new Gauge({
    name: "healer_state_failing",
    help: "1 while the state file or the audit refuses to be written.",
    registers,
  });
  const lacking = new Gauge({
    name: "healer_state_owed",
    help: "Values that are known and not in the state file.",
    registers,
  });
  return (trouble, owed) => {
    failing.set(trouble === null ? 0 : 1);
    lacking.set(owed);
  };
}

/** What the metrics say of the loop between incidents; looked at each tick. */
export function notesOn(
  registry: Registry,
): (now: { trouble: string | null; owed: number; opinions: readonly Signal[] }) => void {
  const [noteTrouble, noteOpinions] = [countTrouble(registry), showOpinions(registry)];
  return ({ trouble, owed, opinions }) => {
    noteTrouble(trouble, owed);
    noteOpinions(opinions);
  };
}

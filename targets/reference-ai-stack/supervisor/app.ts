// The HTTP face of the supervisor: readiness and inventory for everyone, operations for those who have a token. Each
// operation does what it is asked and nothing more; nothing here watches or repairs.

import { Hono, type Context } from "hono";
import type { GuardedEnv } from "../common/bearer.ts";
import { messageOf, type Logger } from "../common/log.ts";
import { OPERATION } from "../common/telemetry/names.ts";
import type { Span, Tracer } from "../common/telemetry/span.ts";
import { traced, type TracedEnv } from "../common/telemetry/traced.ts";
import type { IncidentFeed } from "./incident-feed.ts";
import { createConsole } from "./console/console.ts";
import type { Gate } from "./gate.ts";
import { mountApprovals } from "./approvals.ts";
import { createChangeLog, type ChangeLog } from "./changes.ts";
import { mountFeed } from "./feed.ts";
import { mountLearning } from "./learning.ts";
import type { Lineage } from "./lineage.ts";
import { mountLineage } from "./lineage-door.ts";
import { mountModels } from "./models-door.ts";
import { noted } from "./lineage-of-operation.ts";
import { inventoryOf } from "./inventory.ts";
import { mountInventory } from "./inventory-door.ts";
import { createOperationLedger, type OperationLedger } from "./operation-ledger.ts";
import { refused, type AnyOperation, type OperationAnswer, type OperationParts } from "./operations/operation.ts";
import type { RawArgs } from "./operations/operation.ts";
import { snapshotState } from "./restore-index.ts";
import { OPERATIONS } from "./operations/table.ts";

export interface SupervisorParts extends OperationParts {
  readonly log: Logger;
  readonly tracer: Tracer;
  readonly feed: IncidentFeed;
  readonly gate: Gate;
  readonly lineage: Lineage;
}

/** Builds the app; nothing listens yet. */
export function createSupervisorApp(
  parts: SupervisorParts,
  operations: readonly AnyOperation[] = OPERATIONS,
): Hono<GuardedEnv> {
  const { fleet, models, config } = parts;
  const app = new Hono<GuardedEnv>();
  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/ready", (c) => {
    const missing = fleet.missing();
    return c.json({ ready: missing.length === 0, missing }, missing.length === 0 ? 200 : 503);
  });
  mountInventory(app, () => inventoryOf(parts, config));
  app.get("/snapshot", async (c) => c.json(await snapshotState(config, c.req.query("asked") === "1")));
  mountOperations(app, parts, operations);
  mountFeed(app, parts);
  mountApprovals(app, parts);
  app.route("/console", createConsole({ ...parts, now: () => performance.now() }));
  mountLearning(app, parts);
  mountLineage(app, parts);
  mountModels(app, models);
  app.onError((error, c) => {
    parts.log.error("an operation failed", { path: c.req.path, reason: messageOf(error) });
    return c.json({ error: messageOf(error) }, 500);
  });
  return app;
}

type OperationEnv = { readonly Variables: GuardedEnv["Variables"] & TracedEnv["Variables"] };

/** One route for all of them, and the second path of those that have one. */
function mountOperations(app: Hono<GuardedEnv>, given: SupervisorParts, operations: readonly AnyOperation[]): void {
  const guard = given.gate.people("operate", true);
  const guardOf = ({ right }: Pick<AnyOperation, "right"> = {}): typeof guard =>
    right === undefined ? guard : given.gate.people(right);
  const ledger = createOperationLedger();
  const trace = traced(given, "all", OPERATION.executeTool);
  const changes = createChangeLog();
  const named = (name: string): AnyOperation | undefined => operations.find((one) => one.name === name);
  const parts: SupervisorParts = {
    ...given,
    async perform(name, args) {
      const operation = named(name);
      if (operation === undefined) return refused(404, `no operation ${name}`);
      const span = given.tracer.begin(name, { kind: "internal", parent: null, attributes: {} });
      const own = { principal: "supervisor", key: undefined, ledger, changes, span };
      return answerTo(operation, args, parts, own).finally(() => span.end());
    },
  };
  app.get("/changes", (c) => c.json({ changes: changes.list() }));
  app.get("/operations", (c) => {
    const underWay = parts.underWay.list();
    const count = (name: string): number => underWay.filter((one) => one.operation === name).length;
    return c.json({ underWay, counts: Object.fromEntries(operations.map(({ name }) => [name, count(name)])) });
  });
  const carryOut = async (c: Context<OperationEnv>, operation: AnyOperation): Promise<Response> => {
    const { operation: _name, ...fromPath } = c.req.param() as Record<string, string>;
    const fromBody = readArgs(await c.req.text());
    const answer =
      typeof fromBody === "string"
        ? refused(400, fromBody)
        : await answerTo(operation, { ...fromBody, ...fromPath }, parts, {
            principal: c.get("principal"),
            key: c.req.header("idempotency-key"),
            ledger,
            changes,
            span: c.get("span"),
          });
    return c.json(answer.body, answer.status, whenAgain(answer));
  };
  for (const path of ["/operations/:operation", "/replicas/:replica/operations/:operation"] as const) {
    const guarded: typeof guard = async (c, next) => guardOf(named(c.req.param("operation") ?? ""))(c, next);
    app.post(path, trace, guarded, async (c) => {
      const operation = named(c.req.param("operation"));
      if (operation !== undefined) return carryOut(c, operation);
      const known = operations.map((one) => one.name).join(", ");
      return c.json({ error: `no operation ${c.req.param("operation")}; expected one of ${known}` }, 404);
    });
  }
  for (const operation of operations) {
    if (operation.alsoAt !== undefined)
      app.post(operation.alsoAt, trace, guardOf(operation), (c) => carryOut(c, operation));
  }
}

/** In whole seconds, as HTTP has it; the body has it in ms. */
function whenAgain({ againMs }: OperationAnswer): Readonly<Record<string, string>> {
  return againMs === undefined ? {} : { "retry-after": String(Math.ceil(againMs / 1000)) };
}

/** No body means no args. A text is what is wrong with it. */
function readArgs(body: string): RawArgs | string {
  if (body.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as RawArgs;
  } catch {
    // Said below.
  }
  return "the body is no JSON object; expected the operation's args";
}

/** Who asks, under which key (none: it is done each time), and who remembers what was done. */
interface Asked {
  readonly principal: string;
  readonly key: string | undefined;
  readonly ledger: OperationLedger;
  readonly changes: ChangeLog;
  readonly span: Span;
}

async function answerTo(
  operation: AnyOperation,
  args: RawArgs,
  parts: SupervisorParts,
  { principal, key, ledger, changes, span }: Asked,
): Promise<OperationAnswer> {
  const outside = outsideScope(operation, args, parts);
  if (outside !== null) return refused(404, outside);
  const complaint = operation.complaint(args);
  if (complaint !== null) return refused(400, complaint);
  const words = JSON.stringify(args);
  const doIt = async (): Promise<OperationAnswer> => {
    const about = { principal, operation: operation.name, args: words.slice(0, 500) };
    parts.log.info("operation", { ...about, ...(key !== undefined && { key }) }, span.context);
    const at = new Date().toISOString();
    const { replica } = args;
    const what = { operation: operation.name, since: at, ...(typeof replica === "string" && { replica }) };
    const work = (): Promise<OperationAnswer> => noted(operation, { principal, key, args }, parts);
    const answer = await parts.underWay.during(what, work);
    if (answer.status === 200) changes.note(operation.name, args, { at, by: principal });
    return answer;
  };
  if (key === undefined) return doIt();
  return ledger.once(`${principal} ${key}`, `${operation.name} ${words}`, doIt);
}

/** What the args name that the stack does not have, in words, or null. */
function outsideScope({ scope }: AnyOperation, args: RawArgs, { fleet }: SupervisorParts): string | null {
  if (scope === "stack") return null;
  const named = args[scope];
  const known = new Set(fleet.children().map(({ spec }) => spec[scope]));
  // One that is not named at all is for the operation's own parser to complain of.
  if (typeof named !== "string" || named === "" || known.has(named)) return null;
  return `no ${scope} ${named}; expected one of ${[...known].join(", ")}`;
}

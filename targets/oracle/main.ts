// The whole target in one process: users' answers, the state value, inventory, incident feed and the operator's
// control. It is well until one of its triggers ends; then it follows the script, deciding each request at one instant,
// so that the truth is exact.

import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { makeChance } from "./chance.ts";
import { makeExactDelays } from "./exact-delays.ts";
import { makeFeed } from "./feed.ts";
import { conditionAt, scriptOf, shapes, type ClaimType, type PlannedClaim, type Shape } from "./script.ts";
import { makeTrigger } from "./triggers.ts";
import { truthOf, writeTruth, type Slowed } from "./truth.ts";

/** What `down` means for the state value, and what is usual. */
const levels = { whole: 100, down: 40 } as const;
/** The trigger is started so long before its action shall be seen in the inventory, ms. */
const startLeadMs = 20;

const seed = numberFrom("ORACLE_SEED", 0);
const slowOverMs = numberFrom("ORACLE_SLOW_OVER_MS", 100);
const script = scriptOf(seed, shapeFrom("ORACLE_SHAPE"));
const token = process.env["ORACLE_OPERATOR_TOKEN"] ?? "";
delete process.env["ORACLE_OPERATOR_TOKEN"];
const truthFolder = process.env["ORACLE_TRUTH_DIR"] ?? "";
/** What nobody can look at any more once the script has begun: `feed`, `level`, or nothing. */
const dark = process.env["ORACLE_DARK"] ?? "";

const rows = readFileSync(new URL("../../../targets/oracle/questions.jsonl", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as { readonly question: string; readonly answer: string });
const feed = makeFeed();
const coin = makeChance(seed, "requests");
const claimed = new Map<ClaimType, number>();

/** The monotonic instant at which the end of a trigger was seen, ns; the script counts from it. */
let began: bigint | undefined;
let hit = "";
let operatorAt: number | undefined;
let late: readonly [number, number] | undefined;
const slowed: Slowed[] = [];
let ending = false;

const at = makeExactDelays(now);
const ports = {
  main: numberFrom("ORACLE_PORT", 7520),
  "trigger-1": numberFrom("ORACLE_TRIGGER_1_PORT", 7521),
  "trigger-2": numberFrom("ORACLE_TRIGGER_2_PORT", 7522),
};
const triggers = await Promise.all(
  (["trigger-1", "trigger-2"] as const).map((name) => makeTrigger(name, ports[name], () => begin(name))),
);

process.once("SIGTERM", end);
process.once("SIGINT", end);
createServer(answer).listen(ports.main, "127.0.0.1");

/** ms since the script began; negative infinity before. */
function now(): number {
  return began === undefined ? -Infinity : Number(process.hrtime.bigint() - began) / 1e6;
}

function begin(name: string): void {
  if (began !== undefined || ending) return;
  began = process.hrtime.bigint();
  hit = name;
  if (dark === "feed") feed.cut();
  for (const claim of script.claims) at(claim.at, () => publish(claim));
  if (script.actedAt !== undefined) at(Math.max(0, script.actedAt - startLeadMs), () => trigger(hit)?.start());
}

function publish(claim: PlannedClaim): void {
  const instant = now();
  const skewMs = instant < (script.outages[0]?.from ?? 0) ? script.skewMs[0] : script.skewMs[1];
  feed.publish(claim, hit, Date.now() + skewMs);
  claimed.set(claim.type, instant);
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const decided = now();
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const condition = conditionAt(script, decided, operatorAt);
  if (url.pathname === "/ask") ask(url, response, { ...condition, decided, trace: traceOf(request) });
  else if (url.pathname === "/level" && isDark("level")) send(response, 503, {});
  else if (url.pathname === "/level") send(response, 200, { level: condition.down ? levels.down : levels.whole });
  else if (url.pathname === "/inventory") send(response, 200, { replicas: inventory(decided) });
  else if (url.pathname === "/incidents" && isDark("feed")) send(response, 503, {});
  else if (url.pathname === "/incidents") feed.listen(response);
  else if (url.pathname === "/ready") send(response, triggers.every((one) => one.pid() !== null) ? 200 : 503, {});
  else operate(request, url, response);
}

function isDark(what: string): boolean {
  return began !== undefined && dark === what;
}

function ask(
  url: URL,
  response: ServerResponse,
  { errors, wrong, ...own }: ReturnType<typeof conditionAt> & Slowed,
): void {
  const { decided, addedMs } = own;
  const index = rows.findIndex(({ question }) => question === url.searchParams.get("q"));
  const thrown = errors > 0 || wrong > 0 ? coin.next() : 1;
  if (thrown < errors) return send(response, 503, { error: "out of order" });
  const row = rows[(index + (thrown < wrong ? 1 : 0)) % rows.length];
  const body = { answer: index === -1 ? "I do not know" : row?.answer };
  if (addedMs <= 0) return send(response, 200, body);
  slowed.push({ trace: own.trace, decided, addedMs });
  at(decided + addedMs, () => {
    send(response, 200, body);
    if (now() - decided > slowOverMs) late = [late?.[0] ?? decided, decided];
  });
}

/** The request's trace, by its own W3C trace context; empty where it has none. */
function traceOf({ headers }: IncomingMessage): string {
  return String(headers["traceparent"] ?? "").split("-")[1] ?? "";
}

function inventory(decided: number): unknown[] {
  const published = triggers.map((one) => {
    const { name } = one;
    const acted = name === hit && script.actedAt !== undefined && decided >= script.actedAt;
    // Until the action shall be seen a process that is started again is not shown, unless the operator started it.
    const hidden = name === hit && !acted && operatorAt === undefined;
    const port = name === "trigger-1" ? ports["trigger-1"] : ports["trigger-2"];
    return { service: "trigger", replica: name, pid: hidden ? null : one.pid(), port, version: acted ? "2" : "1" };
  });
  return [{ service: "main", replica: "main", pid: process.pid, port: ports.main, version: "1" }, ...published];
}

function operate(request: IncomingMessage, url: URL, response: ServerResponse): void {
  const asked = trigger(/^\/replicas\/([^/]+)\/start$/.exec(url.pathname)?.[1] ?? "");
  if (request.method !== "POST" || asked === undefined) return send(response, 404, { error: "not found" });
  if (!mayOperate(request)) return send(response, 401, { error: "a valid bearer token is needed" });
  if (ending) return send(response, 503, { error: "the stack is ending" });
  const started = asked.start();
  if (began !== undefined && asked.name === hit) operatorAt ??= now();
  return send(response, 200, { started, pid: asked.pid() });
}

function trigger(name: string): (typeof triggers)[number] | undefined {
  return triggers.find((candidate) => candidate.name === name);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

/**
 * Without a token in the environment nobody may operate. Digests are compared, in constant time and of equal length.
 */
function mayOperate(request: IncomingMessage): boolean {
  const given = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
  return token !== "" && given !== undefined && timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Children end with their input, which is ours. */
function end(): void {
  ending = true;
  if (truthFolder !== "" && began !== undefined) {
    const done = { claims: claimed, ...(operatorAt !== undefined && { operatorAt }), ...(late && { late }), slowed };
    const of = { seed, shape: script.shape, slowOverMs, beganNs: began };
    writeTruth(truthFolder, of, truthOf(script, slowOverMs, done));
  }
  process.exit(0);
}

function numberFrom(name: string, fallback: number): number {
  const text = process.env[name] ?? "";
  const value = text === "" ? fallback : Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new Error(`${name} is ${JSON.stringify(text)}; expected a whole number`);
}

function shapeFrom(name: string): Shape | undefined {
  const text = process.env[name] ?? "";
  const shape = shapes.find((candidate) => candidate === text);
  if (shape === undefined && text !== "")
    throw new Error(`${name} is ${JSON.stringify(text)}; expected ${shapes.join(", ")}`);
  return shape;
}

// Notifications: what a receiver on loopback gets, and how it can tell that it is ours and fresh.
import { createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { expect, it } from "vitest";
import { readStackConfig } from "../../../../../targets/reference-ai-stack/config.ts";
import type { CloudEvent } from "../../../../../targets/reference-ai-stack/healer/governance/cloud-event.ts";
import { openWebhook } from "../../../../../targets/reference-ai-stack/supervisor/notify/webhook.ts";
import type { Template } from "../../../../../targets/reference-ai-stack/supervisor/notify/templates.ts";
import { serveForTest } from "../../../../support/serve-for-test.ts";

const SECRET = "a-secret-of-this-test";
const NOW = Date.UTC(2030, 0, 1);

const event = (type: string, n = 1, more: object = {}): CloudEvent => ({
  specversion: "1.0",
  id: `inc-1/${n}`,
  source: "/healer",
  type: `healing.incident.${type}`,
  subject: "inc-1",
  time: "2030-01-01T00:00:00.000Z",
  datacontenttype: "application/json",
  data: {
    incident: "inc-1",
    scope: { service: "vector", replica: "vector-1" },
    reasons: ["the risk is high"],
    ...more,
  },
});

interface Got {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A receiver that answers with these statuses in turn, and a webhook to it. */
async function openReceiver(template: Template, statuses: readonly number[] = []) {
  const got: Got[] = [];
  const server = await serveForTest((request, response) => {
    let text = "";
    request.on("data", (piece: Buffer) => (text += piece.toString()));
    request.on("end", () => {
      got.push({ headers: request.headers, text, body: JSON.parse(text) as Got["body"] });
      response.writeHead(statuses[got.length - 1] ?? 202, { location: "http://127.0.0.1:1/" }).end();
    });
  });
  const [audited, logged, pauses]: [Readonly<Record<string, unknown>>[], unknown[], number[]] = [[], [], []];
  const note = (...said: unknown[]): void => void logged.push(said);
  const hear = openWebhook({
    to: { url: `${server.url}/hook?key=in-the-url`, secret: SECRET, template, key: "routing-key" },
    log: { info: note, warn: note, error: note },
    audit: async (fields) => void audited.push(fields),
    wallMs: () => NOW,
    sleep: async (ms) => void pauses.push(ms),
  });
  const until = async (count: number): Promise<void> => {
    while (audited.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { got, audited, logged, pauses, hear, until };
}

it("signs timestamp and body, and never writes secret, key or URL down", async () => {
  const receiver = await openReceiver("plain");
  receiver.hear(event("escalated"));
  await receiver.until(1);
  const [{ headers, text, body } = { headers: {}, text: "", body: {} }] = receiver.got;
  const timestamp = String(headers["x-signature-timestamp"]);
  expect(Number(timestamp)).toBe(NOW / 1000);
  const wanted = createHmac("sha256", SECRET).update(`${timestamp}.${text}`).digest("hex");
  expect(headers["x-signature"]).toBe(`v1=${wanted}`);
  const forged = createHmac("sha256", SECRET).update(`${timestamp}.${text} `).digest("hex");
  expect(headers["x-signature"]).not.toBe(`v1=${forged}`);
  expect(body).toMatchObject({ specversion: "1.0", subject: "inc-1" });
  expect(receiver.audited).toMatchObject([
    { what: "notification.sent", incident: "inc-1", why: "answered 202, try 1" },
  ]);
  expect(JSON.stringify([receiver.audited, receiver.logged])).not.toMatch(/a-secret|routing-key|in-the-url/);
});

it("speaks PagerDuty's Events API v2: trigger, acknowledge and resolve under one key", async () => {
  const receiver = await openReceiver("pagerduty");
  for (const [n, type] of ["approval.requested", "approval.granted", "closed"].entries()) receiver.hear(event(type, n));
  await receiver.until(3);
  expect(receiver.got.map(({ body }) => body)).toMatchObject([
    {
      routing_key: "routing-key",
      event_action: "trigger",
      dedup_key: "inc-1",
      payload: {
        summary: "approval.requested on vector-1 (inc-1): the risk is high",
        source: "vector-1",
        severity: "warning",
        timestamp: "2030-01-01T00:00:00.000Z",
      },
    },
    { event_action: "acknowledge", dedup_key: "inc-1" },
    { event_action: "resolve", dedup_key: "inc-1" },
  ]);
});

it.each(["medium", "high"])(
  "opens an alert as an action of %s risk begins, and resolves it at its end",
  async (tier) => {
    const receiver = await openReceiver("pagerduty");
    receiver.hear(event("action.started", 1, { tier }));
    receiver.hear(event("closed", 2));
    await receiver.until(2);
    expect(receiver.got.map(({ body }) => body["event_action"])).toEqual(["trigger", "resolve"]);
  },
);

it("speaks ServiceNow's em_event: a severity that opens, and 0 that clears under one key", async () => {
  const receiver = await openReceiver("servicenow");
  receiver.hear(event("escalated", 1));
  receiver.hear(event("closed", 2));
  await receiver.until(2);
  const records = receiver.got.map(({ body }) => (body["records"] as Readonly<Record<string, string>>[])[0]);
  expect(records).toMatchObject([
    {
      message_key: "inc-1",
      severity: "1",
      node: "vector-1",
      resolution_state: "New",
      time_of_event: "2030-01-01 00:00:00",
    },
    { message_key: "inc-1", severity: "0", resolution_state: "Closing" },
  ]);
});

it("tries again with growing pauses while the receiver is in trouble, in order, and gives up after five", async () => {
  const receiver = await openReceiver("plain", [503, 500, 200, 503, 503, 503, 503, 503]);
  receiver.hear(event("escalated", 1));
  receiver.hear(event("escalated", 2));
  await receiver.until(2);
  expect(receiver.pauses).toEqual([1000, 2000, 1000, 2000, 4000, 8000]);
  expect(receiver.audited.map(({ what, why }) => `${String(what)}: ${String(why)}`)).toEqual([
    "notification.sent: answered 200, try 3",
    "notification.failed: answered 503",
  ]);
});

it.each([400, 401, 302])("does not try again what was answered by %i, and follows no redirect", async (status) => {
  const receiver = await openReceiver("plain", [status]);
  receiver.hear(event("escalated"));
  await receiver.until(1);
  expect(receiver.got).toHaveLength(1);
  expect(receiver.audited).toMatchObject([{ what: "notification.failed", why: `answered ${status}` }]);
});

it("tells nobody of what concerns nobody outside", async () => {
  const receiver = await openReceiver("plain");
  for (const type of ["detected", "classified", "decided", "toString", "verified"]) receiver.hear(event(type));
  receiver.hear(event("action.started", 1, { tier: "low" }));
  receiver.hear(event("held"));
  await receiver.until(1);
  expect(receiver.got).toHaveLength(1);
});

it.each([
  [{ STACK_WEBHOOK_URL: "file:///etc/passwd" }, /STACK_WEBHOOK_URL is no URL/],
  [{ STACK_WEBHOOK_URL: "http://127.0.0.1/in-the-url" }, /^((?!in-the-url).)*STACK_WEBHOOK_SECRET is missing or short/],
  [
    { STACK_WEBHOOK_URL: "http://127.0.0.1/", STACK_WEBHOOK_SECRET: SECRET, STACK_WEBHOOK_TEMPLATE: "pager" },
    /expected one of plain, pagerduty, servicenow/,
  ],
  [
    { STACK_WEBHOOK_URL: "http://127.0.0.1/", STACK_WEBHOOK_SECRET: SECRET, STACK_WEBHOOK_TEMPLATE: "pagerduty" },
    /STACK_WEBHOOK_KEY is missing/,
  ],
] as const)("refuses a webhook that cannot work: %j", (env, says) => {
  expect(() => readStackConfig(env)).toThrow(says);
});

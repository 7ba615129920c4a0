// The door of a gateway whose users have accounts: over real sockets, from several addresses of this machine.
import { mkdtempSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { openAccounts } from "../../../../../../targets/reference-ai-stack/gateway/access/accounts.ts";
import { gatewayBefore, openThings } from "../stand-ins.ts";

afterEach(async () => {
  await Promise.all(openThings.splice(0).map((end) => end()));
});

const ANN = { user: "ann", password: "right-horse", key: "demo-key-of-ann-1234", cluster: "sales", priority: "high" };
const ATTACKER = "127.0.0.66";

function fileWith(...lines: readonly string[]): string {
  const file = join(mkdtempSync(join(tmpdir(), "accounts-")), "users.jsonl");
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

async function stand({ perSecond = 100, trustedHops = [] as readonly string[], wallMs = () => Date.now() } = {}) {
  const parts = { secret: "seal", wallMs };
  const accounts = await openAccounts(fileWith(JSON.stringify({ ...ANN, perSecond })), parts);
  return openStand(await gatewayBefore({ access: { accounts, trustedHops, blocked: {} } }));
}

interface Sent {
  readonly from?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

function openStand(base: string) {
  const send = (path: string, { from = "127.0.0.1", method = "POST", headers = {}, body }: Sent) =>
    new Promise<{
      readonly status: number;
      readonly later: string | undefined;
      readonly body: Record<string, unknown>;
    }>((resolve, reject) => {
      const outgoing = request(`${base}${path}`, { method, headers, localAddress: from, agent: false });
      outgoing.once("error", reject);
      outgoing.once("response", (incoming) => {
        let text = "";
        incoming.setEncoding("utf8").on("data", (piece: string) => (text += piece));
        incoming.once("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            later: incoming.headers["retry-after"],
            body: text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {},
          }),
        );
      });
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
  return {
    send,
    bearer,
    logIn: (password: string, sent: Sent = {}) => send("/v1/sessions", { ...sent, body: { user: "ann", password } }),
    ask: (key?: string, sent: Sent = {}) =>
      send("/v1/chat/completions", {
        ...sent,
        headers: { ...sent.headers, ...(key !== undefined && bearer(key)) },
        body: { messages: [{ role: "user", content: "How do I stat a file?" }] },
      }),
    block: (sources: object, token = "s3cret") =>
      send("/internal/sources", { method: "PUT", headers: bearer(token), body: { sources } }),
    page: async () => (await fetch(`${base}/metrics`)).text(),
    seen: async () => {
      const { body } = await send("/internal/sources", { method: "GET", headers: bearer("look") });
      return body["sources"] as readonly Readonly<Record<string, unknown>>[];
    },
  };
}

it("answers a guest, a key of the file and one that a log-in gave; a wrong key is 401", async () => {
  const { ask, logIn } = await stand();
  expect((await ask()).status).toBe(200);
  expect((await ask(ANN.key)).status).toBe(200);
  const { status, body } = await logIn(ANN.password);
  expect({ status, user: body["user"], cluster: body["cluster"] }).toEqual({
    status: 200,
    user: "ann",
    cluster: "sales",
  });
  expect((await ask(String(body["key"]))).status).toBe(200);
  expect((await ask("somebody-elses")).status).toBe(401);
});

it("knows the key of a session again after a restart, however many there are; one that is over is no guess", async () => {
  const clock = { ms: 1_000_000 };
  const wallMs = () => clock.ms;
  const before = await stand({ wallMs });
  const keys: string[] = [];
  for (let n = 0; n < 12; n += 1) keys.push(String((await before.logIn(ANN.password)).body["key"]));
  expect(new Set(keys).size).toBe(12);
  const after = await stand({ wallMs });
  for (const key of keys) expect((await after.ask(key)).status).toBe(200);
  clock.ms += 3_600_000;
  for (const key of keys) expect((await after.ask(key, { from: ATTACKER })).status).toBe(401);
  expect(await after.seen()).toEqual([]);
});

it("takes a key whose seal is not its own for a guess", async () => {
  const { ask, logIn, seen } = await stand();
  const [name, until, ...rest] = String((await logIn(ANN.password)).body["key"]).split(".");
  const forged = [
    [name, String(Number(until) + 1), ...rest],
    [`session-${Buffer.from("bob").toString("base64url")}`, until, ...rest],
    [name, until, rest[0], "A".repeat(43)],
  ];
  for (const parts of forged) expect((await ask(parts.join("."), { from: ATTACKER })).status).toBe(401);
  expect(await seen()).toContainEqual(expect.objectContaining({ source: ATTACKER, refused: 3, guesses: 3 }));
});

it("refuses a wrong password and a name that nobody has alike, and tells the two addresses apart", async () => {
  const { send, logIn, seen } = await stand();
  const wrong = await logIn("wrong-horse", { from: ATTACKER });
  const unknown = await send("/v1/sessions", { from: ATTACKER, body: { user: "bob", password: "wrong-horse" } });
  expect([wrong.status, unknown.status]).toEqual([401, 401]);
  expect(unknown.body).toEqual(wrong.body);
  await logIn(ANN.password);
  expect(await seen()).toMatchObject([
    { source: ATTACKER, tried: 2, refused: 2, guesses: 2 },
    { source: "127.0.0.1", tried: 1, refused: 0 },
  ]);
});

it("turns a blocked source away before a look, and nobody beside it; who has a key there is let in", async () => {
  const { ask, logIn, block, seen, page } = await stand();
  expect((await block({ [ATTACKER]: 30_000 })).status).toBe(200);
  const turned = await logIn(ANN.password, { from: ATTACKER });
  expect(turned).toMatchObject({ status: 403, later: "30" });
  expect((await ask(undefined, { from: ATTACKER })).status).toBe(403);
  expect((await ask(ANN.key, { from: ATTACKER })).status).toBe(200);
  for (const from of ["127.0.0.65", "127.0.0.67", "127.0.0.1"]) {
    expect((await logIn(ANN.password, { from })).status).toBe(200);
    expect((await ask(undefined, { from })).status).toBe(200);
  }
  expect(await seen()).toContainEqual(expect.objectContaining({ source: ATTACKER, refusedInAll: 0 }));
  // A log-in and a wrong key; the guest tried neither.
  await ask("somebody-elses", { from: ATTACKER });
  expect(await page()).toContain('gateway_log_ins_total{outcome="blocked"} 2');
  expect((await block({})).status).toBe(200);
  expect((await logIn(ANN.password, { from: ATTACKER })).status).toBe(200);
});

it("lets nobody but the supervisor block, and nobody but the healer and the supervisor look", async () => {
  const { send, block, bearer } = await stand();
  for (const token of ["look", "wrong", ANN.key]) expect((await block({ [ATTACKER]: 1000 }, token)).status).toBe(401);
  expect((await send("/internal/sources", { method: "GET" })).status).toBe(401);
  expect((await send("/internal/sources", { method: "GET", headers: bearer("s3cret") })).status).toBe(200);
  expect((await block({ [ATTACKER]: -1 })).status).toBe(400);
});

it("believes x-forwarded-for of a trusted hop alone, and of it what that hop has added", async () => {
  const { logIn, seen } = await stand({ trustedHops: ["127.0.0.5"] });
  const headers = { "x-forwarded-for": "10.9.9.9, 10.1.2.3" };
  await logIn("wrong-horse", { from: "127.0.0.5", headers });
  await logIn("wrong-horse", { from: "127.0.0.6", headers });
  await logIn("wrong-horse", { from: "127.0.0.5", headers: { "x-forwarded-for": "no address" } });
  expect((await seen()).map(({ source }) => source)).toEqual(["10.1.2.3", "127.0.0.6", "127.0.0.5"]);
});

it("answers a user's requests beyond the limit of the key with 429 and when to come again", async () => {
  const { ask } = await stand({ perSecond: 0.01 });
  expect((await ask(ANN.key)).status).toBe(200);
  const { status, later } = await ask(ANN.key);
  expect(status).toBe(429);
  expect(later).toMatch(/^(?:9\d|100)$/);
  expect((await ask()).status).toBe(200);
});

it("has no door at all where nobody has an account: any key is let in", async () => {
  const { ask, logIn } = openStand(await gatewayBefore({}));
  expect((await ask("whatever")).status).toBe(200);
  expect((await logIn(ANN.password)).status).toBe(404);
});

it("says where a file of accounts is wrong, and not what stands there", async () => {
  const file = fileWith(JSON.stringify({ ...ANN, perSecond: 1 }), '{"user":"bob","password":"secret"}');
  const failure = await openAccounts(file, { secret: "seal", wallMs: () => 0 }).then(String, String);
  expect(failure).toContain(`${file}:2`);
  expect(failure).not.toContain("secret");
});

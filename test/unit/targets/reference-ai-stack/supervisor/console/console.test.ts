// The console over HTTP: who gets in, which forms count, and that nothing of what is shown is taken for markup. How it
// looks and feels is in test/browser.
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openConsoleStand, TOKENS } from "../../../../../builders/console-stand.ts";

type Stand = Awaited<ReturnType<typeof openConsoleStand>>;
let stand: Stand;
beforeEach(async () => void (stand = await openConsoleStand()));
afterEach(() => stand.close());

const form = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();
const ask = (path: string, init: RequestInit = {}, headers: Readonly<Record<string, string>> = {}) =>
  fetch(stand.url + path, { redirect: "manual", ...init, headers });
const post = (path: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
  ask(
    path,
    { method: "POST", body: form(fields) },
    { "content-type": "application/x-www-form-urlencoded", ...headers },
  );

async function logIn(
  token: string,
): Promise<{ readonly cookie: string; readonly csrf: string; readonly page: string }> {
  const answer = await post("/console/login", { token });
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  const page = await (await ask("/console", {}, { cookie })).text();
  return { cookie, csrf: /name="csrf" value="([0-9a-f]+)"/.exec(page)?.[1] ?? "", page };
}

function question(): Record<"incident" | "plan" | "nonce", string> {
  const [{ incident, plan, nonce } = { incident: "", plan: "", nonce: "" }] = stand.stack.questions();
  return { incident, plan, nonce };
}

it("shows nothing but the login to who has no session, on a page that loads nothing from elsewhere", async () => {
  const answer = await ask("/console");
  const text = await answer.text();
  expect(text).toContain("Your token");
  expect(text).not.toContain("vector-1");
  expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self';/);
  expect((await ask("/console/parts")).status).toBe(401);
  expect((await ask(`/console/incidents/${question().incident}`)).status).toBe(401);
});

it("logs in by token with a cookie that scripts and other sites do not get, and audits who is turned away", async () => {
  const wrong = await post("/console/login", { token: "not-a-token-of-anybody" });
  expect([wrong.status, wrong.headers.get("set-cookie")]).toEqual([401, null]);
  expect(stand.records).toMatchObject([{ what: "access.denied", principal: "nobody", where: "POST /console/login" }]);
  expect(JSON.stringify(stand.records)).not.toContain("not-a-token");
  const right = await post("/console/login", { token: TOKENS.viewer });
  expect(right.headers.get("set-cookie")).toMatch(/; Path=\/console; HttpOnly; SameSite=Strict$/);
  expect(right.headers.get("set-cookie")).not.toContain(TOKENS.viewer);
});

it("shows services, signals, incidents, questions and the audit", async () => {
  const { page } = await logIn(TOKENS.viewer);
  for (const text of ["inference-2", "process-gone", "inc-1", "restart-replica", "plan ", "Audit trail"]) {
    expect(page).toContain(text);
  }
  // A viewer may look, not answer.
  expect(page).not.toContain('value="granted"');
  expect(page).toContain("Your role may look, not answer.");
});

it("takes an approver's answer, and the plan is carried out", async () => {
  const { cookie, csrf } = await logIn(TOKENS.approver);
  const answer = await post("/console/approvals", { csrf, ...question(), answer: "granted" }, { cookie });
  expect([answer.status, await answer.text()]).toEqual([
    200,
    expect.stringContaining("You have answered inc-1: granted"),
  ]);
  await stand.stack.pass(8000);
  expect(stand.stack.touched).toEqual(["restart vector-1"]);
  const again = await post("/console/approvals", { csrf, ...question(), answer: "granted" }, { cookie });
  expect(again.status).toBe(409);
});

it.each([
  ["without a session", () => ({ cookie: "" }), {}, 401],
  ["with a secret of another session", () => ({ csrf: "0".repeat(64) }), {}, 401],
  ["without the secret", () => ({ csrf: "" }), {}, 401],
  ["from a page on another port of this machine", () => ({}), { origin: "http://127.0.0.1:1" }, 403],
  ["from another site", () => ({}), { "sec-fetch-site": "cross-site" }, 403],
  ["from a page without an origin of its own", () => ({}), { origin: "null" }, 403],
] as const)("refuses and audits an answer %s", async (_how, change, headers, status) => {
  const { cookie, csrf } = { ...(await logIn(TOKENS.approver)), ...(change() as { cookie?: string; csrf?: string }) };
  const answer = await post("/console/approvals", { csrf, ...question(), answer: "granted" }, { cookie, ...headers });
  expect(answer.status).toBe(status);
  await stand.stack.pass(2000);
  expect(stand.stack.touched).toEqual([]);
  expect(stand.records).toMatchObject([{ what: "access.denied" }]);
});

it("refuses an answer of a role that may not approve, and one that is not whole", async () => {
  for (const who of ["viewer", "operator"] as const) {
    const { cookie, csrf } = await logIn(TOKENS[who]);
    expect((await post("/console/approvals", { csrf, ...question(), answer: "granted" }, { cookie })).status).toBe(403);
  }
  expect(stand.records.map(({ principal }) => principal)).toEqual(["viewer", "operator"]);
  const { cookie, csrf } = await logIn(TOKENS.approver);
  expect((await post("/console/approvals", { csrf, ...question(), answer: "perhaps" }, { cookie })).status).toBe(400);
  expect((await post("/console/approvals", { csrf, answer: "granted" }, { cookie })).status).toBe(400);
});

it("ends a session at the logout", async () => {
  const { cookie, csrf } = await logIn(TOKENS.approver);
  await post("/console/logout", { csrf }, { cookie });
  expect((await ask("/console/parts", {}, { cookie })).status).toBe(401);
});

it("answers no request that came by the name of another machine", async () => {
  const answer = await stand.app.request("/console", { headers: { host: "evil.example" } });
  expect(answer.status).toBe(421);
});

it("escapes whatever is shown", async () => {
  const markup = '<img src=x onerror="alert(1)">';
  await stand.write(markup);
  const { page, cookie } = await logIn(TOKENS.viewer);
  expect(page).not.toContain("<img");
  expect(page).toContain("&lt;img src=x");
  const parts = JSON.parse(await (await ask("/console/parts", {}, { cookie })).text()) as { audit: string };
  expect(parts.audit).not.toContain("<img");
  const incident = await ask(`/console/incidents/${encodeURIComponent(markup)}`, {}, { cookie });
  expect([incident.status, await incident.text()]).toEqual([404, expect.not.stringContaining("<img")]);
});

it("answers 1,000 bodies of any kind by 4xx, and does nothing for them", async () => {
  const { cookie, csrf } = await logIn(TOKENS.approver);
  const types = fc.constantFrom(
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json",
    "text/plain",
  );
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.constant(form({ csrf })),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom("/console/login", "/console/approvals"), types, body, async (path, type, sent) => {
      const answer = await stand.app.request(path, {
        method: "POST",
        body: sent,
        headers: { host: "localhost", cookie, "content-type": type },
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    }),
    { numRuns: 1000 },
  );
  expect(stand.stack.touched).toEqual([]);
}, 60_000);

it("takes no body of any length", async () => {
  const answer = await post("/console/login", { token: "x".repeat(100_000) });
  expect(answer.status).toBe(413);
});

// A person's answer to a stack that is not ours: by its own path, header and words, once, and only where it may go.
import { expect, it } from "vitest";
import type { ApprovalAnswer, ApprovalsSpec } from "../../../src/core/approvals.ts";
import { wiringOf } from "../../../src/platforms/processes/environment.ts";
import { settingsOf } from "../../../src/platforms/starting/switches.ts";
import { answerApproval } from "../../../src/platforms/target-http/answer-approval.ts";
import { shop } from "../../builders/intent-fixtures.ts";
import { serveForTest } from "../../support/serve-for-test.ts";

const spec = (url: string): ApprovalsSpec => ({
  url: `${url}/tickets/{asked.ticket}/answer?of={incident}`,
  method: "PUT",
  headers: { "x-key": "{approver}" },
  body: { verdict: "{answer}", round: "{asked.round}" },
  timeoutMs: 1000,
  tokenEnvs: ["ONE", "TWO"],
  words: { approve: "go", deny: "stop" },
});
const answer: ApprovalAnswer = {
  does: "approve",
  person: 2,
  incident: "i 1",
  pathway: "failover",
  asked: { ticket: "a/b", round: 3 },
};
const how = { approvers: ["first", "second"], allows: () => false, signal: new AbortController().signal };

it("goes by the target's own API, as the person whose turn it is", async () => {
  const got: string[] = [];
  const { url } = await serveForTest((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString()));
    request.on("end", () => {
      got.push(`${request.method} ${request.url} ${String(request.headers["x-key"])} ${body}`);
      response.writeHead(got.length === 1 ? 204 : 409).end();
    });
  });
  expect(await answerApproval(spec(url), answer, how)).toEqual({ ok: true, says: "answered 204" });
  expect(got).toEqual(['PUT /tickets/a%2Fb/answer?of=i%201 second {"verdict":"go","round":3}']);
  expect(await answerApproval(spec(url), { ...answer, does: "deny" }, how)).toEqual({
    ok: false,
    says: "answered 409",
  });
});

it("goes nowhere else, and is given by nobody whom the target does not know", async () => {
  expect(await answerApproval(spec("http://10.0.0.1"), answer, how)).toEqual({
    ok: false,
    says: "not on this machine",
  });
  expect(await answerApproval(spec("http://127.0.0.1:9"), { ...answer, person: 3 }, how)).toMatchObject({ ok: false });
});

it("hands the stack the approvers' tokens and every setting, the chosen and the default ones", () => {
  const target = {
    ...shop,
    approvals: spec("http://127.0.0.1:9"),
    settings: {
      policy: { about: "", env: "POLICY", byDefault: "easy", values: { easy: { value: "e" }, hard: { value: "h" } } },
    },
  };
  expect(wiringOf(target, { approvers: ["first", "second"] })).toMatchObject({ ONE: "first", TWO: "second" });
  expect(settingsOf(target, {})).toEqual({ POLICY: "e" });
  expect(settingsOf(target, { policy: "hard" })).toEqual({ POLICY: "h" });
  expect(() => settingsOf(target, { policy: "soft" })).toThrow('no value "soft" of the setting policy');
  expect(() => settingsOf(target, { constructor: "x" })).toThrow('no setting "constructor"');
});

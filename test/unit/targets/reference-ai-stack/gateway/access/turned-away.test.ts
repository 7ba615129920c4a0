// From the first guess to the door that is shut, and open again: the real gateway over sockets, the healer's look, its
// detector and its pathway, and the supervisor's list of blocks; no process but this one.
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { createLogger } from "../../../../../../targets/reference-ai-stack/common/log.ts";
import { projectRoot } from "../../../../../../targets/reference-ai-stack/config.ts";
import { openAccounts } from "../../../../../../targets/reference-ai-stack/gateway/access/accounts.ts";
import { runDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/detector.ts";
import { sourceDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/source-detector.ts";
import type { Eyes, Hand } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { carryOut } from "../../../../../../targets/reference-ai-stack/healer/orchestration/carry-out.ts";
import { blockSource } from "../../../../../../targets/reference-ai-stack/healer/pathways/block-source.ts";
import { createAskSources } from "../../../../../../targets/reference-ai-stack/healer/telemetry/ask-sources.ts";
import { createBlocks } from "../../../../../../targets/reference-ai-stack/supervisor/blocks.ts";
import { carryOutParts } from "../../healer/carry-out-parts.ts";
import { gatewayBefore, openThings } from "../stand-ins.ts";

afterEach(async () => {
  await Promise.all(openThings.splice(0).map((end) => end()));
});

const ATTACKER = "127.0.0.66";

function logIn(base: string, from: string, body: object): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${base}/v1/sessions`, { method: "POST", localAddress: from, agent: false });
    outgoing.once("error", reject);
    outgoing.once("response", (incoming) => {
      incoming.resume();
      incoming.once("end", () => resolve(incoming.statusCode ?? 0));
    });
    outgoing.end(JSON.stringify(body));
  });
}

function userIn(line: string): object {
  const { user, password } = JSON.parse(line) as { readonly user: string; readonly password: string };
  return { user, password };
}

async function stand() {
  const file = join(projectRoot(), "targets/reference-ai-stack/corpus/users.jsonl");
  const accounts = await openAccounts(file, { secret: "seal", wallMs: () => Date.now() });
  const base = await gatewayBefore({ access: { accounts, trustedHops: [], blocked: {} } });
  const gatewayPort = Number(new URL(base).port);
  const blocks = createBlocks({ gatewayPort, supervisorToken: "s3cret", trustedHops: [], log: createLogger("test") });
  const eyes = { sources: createAskSources({ gatewayPort, lookToken: "look" }) } as Partial<Eyes> as Eyes;
  const hand: Hand = {
    async do(operation, { sources }) {
      const named = Object.entries(sources ?? {}).map(([source, seconds]) => [source, Number(seconds) * 1000] as const);
      const change =
        operation === "block-source"
          ? await blocks.block(Object.fromEntries(named), () => Promise.resolve())
          : await blocks.unblock(Object.fromEntries(named));
      return { outcome: change.ok ? "done" : "failed", says: JSON.stringify(change) };
    },
  };
  const detector = runDetector(sourceDetector);
  const look = async () => {
    detector.take({ kind: "sources", at: 0, sources: (await eyes.sources()) ?? [] });
    return detector.signals();
  };
  const guess = (n: number, from = ATTACKER) => logIn(base, from, { user: "user-7", password: `guess-${n}` });
  const users = readFileSync(file, "utf8").trim().split("\n");
  const honest = (from: string, n = 0) => logIn(base, from, userIn(users[n % users.length] ?? ""));
  return { blocks, eyes, hand, look, guess, honest };
}

const target = { scope: "service", service: "gateway" } as const;
const BESIDE = ["127.0.0.1", "127.0.0.64", "127.0.0.65", "127.0.0.67", "127.0.0.68"];

it("turns the address away that guesses, nobody beside it, and lets it in again", async () => {
  const { eyes, hand, look, guess, honest } = await stand();
  expect(await Promise.all(BESIDE.map(honest))).toEqual(BESIDE.map(() => 200));
  expect(await look()).toEqual([]);
  const guesses = await Promise.all(Array.from({ length: 20 }, (_, n) => guess(n)));
  expect(new Set(guesses)).toEqual(new Set([401]));
  expect((await look()).map(({ name }) => name)).toEqual(["log-ins-guessed"]);

  const [way] = blockSource.ways;
  const found = (await way.find?.(eyes, { service: "gateway", replica: "gateway" }, [], [])) ?? "";
  expect(found).toBe(ATTACKER);
  const remedy = { pathway: "block-source", target, means: "by address", found };
  const check = await blockSource.check(eyes, remedy, []);
  await carryOut(blockSource, remedy, carryOutParts(hand));

  expect(await guess(99)).toBe(403);
  expect(await Promise.all(BESIDE.map(honest))).toEqual(BESIDE.map(() => 200));
  expect([(await check()).good, (await check()).good, await look()]).toEqual([true, true, []]);

  await blockSource.compensate?.({ hand, target, found }, ["block"]);
  expect(await honest(ATTACKER)).toBe(200);
});

it("turns nobody away for a password that is mistyped a few times, nor for many users behind one address", async () => {
  const { look, guess, honest } = await stand();
  for (const n of [1, 2, 3, 4, 5]) expect(await guess(n, "127.0.0.67")).toBe(401);
  const shared = Array.from({ length: 50 }, (_, n) => (n % 4 === 0 ? guess(n, "127.0.0.9") : honest("127.0.0.9", n)));
  const answers = await Promise.all(shared);
  expect(answers.filter((status) => status === 401)).toHaveLength(13);
  expect(answers.filter((status) => status === 200)).toHaveLength(37);
  expect(await look()).toEqual([]);
});

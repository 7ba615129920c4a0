import { expect, it } from "vitest";
import type {
  Eyes,
  Hand,
  OperationArgs,
  ReplicaEntry,
} from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { blockSource } from "../../../../../../targets/reference-ai-stack/healer/pathways/block-source.ts";
import type { SourceView } from "../../../../../../targets/reference-ai-stack/healer/telemetry/read-sources.ts";
import { carryOut } from "../../../../../../targets/reference-ai-stack/healer/orchestration/carry-out.ts";
import { carryOutParts } from "../carry-out-parts.ts";

const target = { scope: "service", service: "gateway" } as const;
const guessing = { tried: 40, refused: 40, guesses: 40, refusedInAll: 40, blockedMs: 0 };
const honest = { source: "127.0.0.1", tried: 9, refused: 1, guesses: 1, refusedInAll: 7, blockedMs: 0 };
const remedyFor = (found: string) => ({ pathway: "block-source", target, means: "by address", found });

function eyesOn(sources: () => readonly SourceView[] | null): Eyes {
  return { sources: async () => sources() } as Partial<Eyes> as Eyes;
}

async function foundIn(...sources: readonly SourceView[]): Promise<string | null | undefined> {
  const [way] = blockSource.ways;
  const replicas: readonly ReplicaEntry[] = [];
  return way.find?.(
    eyesOn(() => sources),
    { service: "gateway", replica: "gateway" },
    replicas,
    [],
  );
}

it("names those alone that guess, the worst sixteen at most; nobody when nobody does", async () => {
  expect(await foundIn(honest, { source: "127.0.0.66", ...guessing })).toBe("127.0.0.66");
  expect(await foundIn(honest)).toBeNull();
  const many = Array.from({ length: 20 }, (_, n) => ({ source: `127.0.1.${n}`, ...guessing, guesses: 40 + n }));
  expect((await foundIn(...many))?.split(" ")).toHaveLength(16);
  // Whom the gateway marks, and who is no address, keeps none of the others.
  const hop = { source: "127.0.0.5", ...guessing, spared: true } as const;
  expect(await foundIn(hop, { source: "unknown", ...guessing }, ...many.slice(0, 1))).toBe("127.0.1.0");
  expect(await foundIn(hop)).toBeNull();
  expect(await foundIn(...many)).toContain("127.0.1.19");
});

it("has exactly these turned away, for a minute each, and let in again where it is taken back", async () => {
  const asked: { name: string; args: OperationArgs }[] = [];
  const hand: Hand = { do: async (name, args) => (asked.push({ name, args }), { outcome: "done", says: "done" }) };
  await carryOut(blockSource, remedyFor("127.0.0.66 127.0.0.67"), carryOutParts(hand));
  await blockSource.compensate?.({ hand, target, found: "127.0.0.66 127.0.0.67" }, ["block"]);
  expect(asked).toEqual([
    { name: "block-source", args: { service: "gateway", sources: { "127.0.0.66": 60, "127.0.0.67": 60 } } },
    { name: "unblock-source", args: { service: "gateway", sources: { "127.0.0.66": 0, "127.0.0.67": 0 } } },
  ]);
});

it("is well once they are turned away and no guess of theirs is looked at any more", async () => {
  let own: SourceView = { source: "127.0.0.66", ...guessing };
  let isSeen = true;
  const check = await blockSource.check(
    eyesOn(() => (isSeen ? [honest, own] : null)),
    remedyFor("127.0.0.66"),
    [],
  );
  expect(await check()).toMatchObject({ good: false, says: "127.0.0.66 is not turned away" });
  own = { ...own, blockedMs: 60_000 };
  expect(await check()).toMatchObject({ good: true });
  own = { ...own, refusedInAll: 43 };
  expect((await check()).says).toContain("3 guesses of theirs were looked at");
  // The gateway was started again, and counts from nothing.
  own = { ...own, refusedInAll: 2 };
  expect((await check()).says).toContain("; 2 guesses of theirs were looked at");
  own = { ...own, refusedInAll: 2 };
  expect(await check()).toMatchObject({ good: true });
  isSeen = false;
  expect(await check()).toMatchObject({ good: false });
});

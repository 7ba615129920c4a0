import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HarnessError } from "../../../src/core/errors.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { offeredBy } from "../../../src/platforms/index.ts";
import { probeKinds } from "../../../src/probes/table.ts";
import { faultTable } from "../../../src/run/compose/trial-stack.ts";
import { loadTargets } from "../../../src/run/select.ts";
import { isHealed, newIntent, placesOf, textOf, type Ask, type NewOptions } from "../../../src/run/new-intent.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "rebound-new-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const words = { target: "reference-ai-stack", fault: "process.kill", on: "inference", by: "restart-replica" };
const made = async (options: Partial<NewOptions> = words, ask?: Ask): Promise<string> => {
  await newIntent("shop/one-is-lost", { within: "15s", root, ...options }, ask);
  return readFile(join(root, "experiments/shop/one-is-lost.yaml"), "utf8");
};
const refusalOf = async (options: Partial<NewOptions>, id = "shop/x"): Promise<string> =>
  newIntent(id, { within: "15s", root, ...options }, undefined).then(
    () => Promise.reject(new Error("it was not refused")),
    ({ problems }: HarnessError) =>
      problems.map(({ found, expected, suggestion }) => [found, expected, suggestion].join("; ")).join("\n"),
  );

describe("a first intent", () => {
  it("is written from a few words, and lints", async () => {
    const text = await made();
    expect(text).toContain('title: "One is lost"');
    expect(text).toContain("on: { replica_of: inference, count: 1 }");
    expect(text).toContain("inference-whole: replicas.inference >= baseline.replicas.inference");
    expect(text).toContain("recovered: { within: 15s, by: restart-replica, hold: 3s }");
    expect(text).toContain("arms: [treatment, ablation]");
  });

  it("asks for what was not said, with what fits alone", async () => {
    const asked: string[][] = [];
    const ask: Ask = async (question, choices) => {
      const names = choices.map(({ name }) => name);
      asked.push([question, ...names]);
      const answers = ["reference-ai-stack", "network.latency", "gateway->vector", "redistribute-traffic"];
      return answers.find((answer) => names.includes(answer)) ?? "";
    };
    expect(await made({}, ask)).toContain("on: { edge: { from: gateway, to: vector }, count: 1 }");
    expect(asked.map(([question]) => question)).toHaveLength(4);
    expect(asked[1]).toContain("index.corruption");
    expect(asked[1]).not.toContain("container.kill");
    expect(asked[2]).not.toContain("inference");
  });

  it("of every fault at every place where it fits lints, on every stack that can be run", async () => {
    const targets = (await loadTargets()).filter(isHealed);
    const context = {
      targets: new Map(targets.map((one) => [one.name, one])),
      faultTable,
      probeKinds,
      offers: offeredBy,
    };
    const lints = targets.flatMap((target) =>
      [...faultTable.values()].flatMap((fault) =>
        placesOf(fault, target).map((place) => {
          const by = target.pathways.find(({ name }) => name !== "hold")?.name ?? "";
          const text = textOf({ id: "shop/one", target, fault, place, by, within: "60s" });
          const { problems } = lintIntentText(text, "experiments/shop/one.yaml", context);
          return {
            what: `${target.name} ${fault.name} ${place.name}`,
            problems: problems.map(({ found, expected }) => `${found}; ${expected}`),
          };
        }),
      ),
    );
    expect(lints.filter(({ problems }) => problems.length > 0)).toEqual([]);
    expect(lints.length).toBeGreaterThan(200);
  });
});

describe("words that name nothing", () => {
  it("are refused, with what there is", async () => {
    expect(await refusalOf({ ...words, fault: "process.kil" })).toContain('did you mean "process.kill"?');
    expect(await refusalOf({ ...words, on: "gateway->inference" })).toContain("one of supervisor, embedder");
    expect(await refusalOf({ ...words, target: "qdrant" })).not.toMatch(/one of .*qdrant/);
    expect(await refusalOf(words, "One")).toContain("THEME/NAME");
  });

  it("are asked for by their option where nobody can answer", async () => {
    expect(await refusalOf({ target: "reference-ai-stack" })).toMatch(
      /no --fault; one of .*process\.kill.*What breaks\?/,
    );
  });

  it("write over nothing", async () => {
    await made();
    expect(await refusalOf(words, "shop/one-is-lost")).toContain("is there already");
  });
});

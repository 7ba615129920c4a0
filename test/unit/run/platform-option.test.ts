import { join } from "node:path";
import { expect, test } from "vitest";
import { choose, loadTarget } from "../../../src/run/select.ts";

const slowStart = join(import.meta.dirname, "../../../experiments/process/slow-start.yaml");
const smoke = { suite: "smoke", target: "reference-ai-stack" };
const refused = (options: Parameters<typeof choose>[1]): Promise<unknown> =>
  choose([], options).catch((thrown: unknown) => thrown);

test("a suite is planned for the target that is named, whatever the intents of other suites ask for", async () => {
  const { plans, targets } = await choose([], smoke);
  expect(new Set(plans.map(({ target }) => target))).toEqual(new Set(["reference-ai-stack"]));
  expect(targets.map(({ platform }) => platform)).toEqual(["processes"]);
});

test("--platform docker plans the whole smoke suite of the reference stack in containers", async () => {
  const [own, inContainers] = [await choose([], smoke), await choose([], { ...smoke, platform: "docker" })];
  expect(inContainers.targets.map(({ platform }) => platform)).toEqual(["docker"]);
  expect(inContainers.plans.map(({ intent, arm }) => [intent, arm])).toEqual(
    own.plans.map(({ intent, arm }) => [intent, arm]),
  );
  // Histories are kept by settings: MTTR of one is not held against the other.
  expect(new Set(inContainers.plans.map(({ settings }) => settings?.["platform"]))).toEqual(new Set(["docker"]));
  expect(own.plans.every(({ settings }) => settings?.["platform"] === undefined)).toBe(true);
});

test("an intent that needs what containers do not offer is refused by the name of what it needs", async () => {
  const slow = await choose([slowStart], { platform: "docker" }).catch((thrown: unknown) => thrown);
  expect(slow).toMatchObject({ code: "bad-input" });
  expect(JSON.stringify(slow)).toContain("process.slow-start at inference, which needs shares");
});

test("a target that does not say how it runs there is refused, with what would say it", async () => {
  expect(await refused({ ...smoke, platform: "swarm" })).toMatchObject({
    code: "bad-input",
    message: "target reference-ai-stack runs on processes, and not on swarm",
  });
  const echo = await loadTarget("echo", "docker").catch((thrown: unknown) => thrown);
  expect(echo).toMatchObject({ code: "bad-input", message: "target echo runs on processes, and not on docker" });
});

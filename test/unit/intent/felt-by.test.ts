// A change of load that a service has no room for, and a fault that shows in another service than its own: from the
// file to the marks.
import { describe, expect, it } from "vitest";
import { harmsSite } from "../../../src/core/plan.ts";
import { siteName } from "../../../src/core/controls.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { faultSites, isSite, scopeContainsAny } from "../../../src/measure/marks/sites.ts";
import { makePlans } from "../../../src/plan/make-plan.ts";
import { describeTouched } from "../../../src/plan/describe-touched.ts";
import { touchedBy } from "../../../src/plan/touched.ts";
import { context, shop } from "../../builders/intent-fixtures.ts";
import { changed, file, problems } from "./lint-cases.ts";

const FAULT =
  "  - fault: network.latency\n    on: { edge: { from: gateway, to: inference }, count: 1 }\n    with: { latency: 400ms }\n";

const surge = (load: string): string => changed(FAULT, `  - load: ${load}\n`);

function planOf(text: string) {
  const { intent, problems: found } = lintIntentText(text, file, context);
  if (intent === undefined) throw new Error(JSON.stringify(found));
  const [plan] = makePlans([intent], new Map([["shop", shop]]), { runId: "r1" });
  if (plan === undefined) throw new Error("no plan");
  return { intent, plan };
}

describe("a surge that a service feels", () => {
  it("is a fault, which the arm treatment may have; without felt_by it is a benign change", () => {
    expect(problems(surge("{ times: 2, felt_by: inference }"))).toEqual([]);
    expect(problems(surge("{ times: 2 }")).some((one) => one.includes("the arm treatment without a fault"))).toBe(true);
    const lookAlike = changed(
      "arms: [treatment, ablation]",
      "arms: [look-alike]",
      surge("{ times: 2, felt_by: inference }"),
    );
    expect(problems(lookAlike).some((one) => one.includes("the arm look-alike with a fault"))).toBe(true);
  });

  it("names a service of the target, and nothing else", () => {
    expect(problems(surge("{ times: 2, felt_by: inferense }"))).toEqual(['18:32 unknown service "inferense"']);
    expect(problems(surge("{ times: 2, felt_by: inference-1 }"))).toEqual(['18:32 unknown service "inference-1"']);
    expect(problems(surge("{ times: 2, felt_by: 3 }"))[0]).toMatch(/^18:\d+ /);
  });

  it("is planned at the service as a whole: each of its replicas, also one that joins, is a part of the site", () => {
    const { plan } = planOf(surge("{ times: 2, felt_by: inference }"));
    const [planned] = plan.disturbances;
    expect(planned?.site).toEqual({ service: "inference", replica: "" });
    expect(planned !== undefined && harmsSite(planned)).toBe(true);
    const sites = faultSites(plan);
    expect(sites.map(siteName)).toEqual(["inference"]);
    expect(isSite({ service: "inference", replica: "inference-7" }, sites)).toBe(true);
    expect(isSite({ service: "vector", replica: "vector-1" }, sites)).toBe(false);
    expect(scopeContainsAny({ service: "inference" }, sites)).toBe(true);
    expect(scopeContainsAny({ service: "inference", replica: "inference-1" }, sites)).toBe(true);
    expect(scopeContainsAny({ service: "gateway" }, sites)).toBe(false);
    expect(scopeContainsAny({}, sites)).toBe(false);
  });

  it("touches no replica, and is listed among the changes", () => {
    const { intent, plan } = planOf(surge("{ times: 2, felt_by: inference }"));
    const [touched] = touchedBy({ plans: [plan], intents: [intent], targets: [shop] }, new Map());
    expect(touched?.faults).toEqual([]);
    expect(touched?.changes).toEqual(['load.change times 2 felt_by "inference"']);
    expect(touched?.services.find(({ service }) => service === "inference")?.atOnce).toBe(0);
  });

  it("is no site where the change is benign, as in every plan of before", () => {
    const benign = {
      type: "fault",
      fault: "load.change",
      site: { service: "", replica: "" },
      seed: 1,
      params: {},
    } as const;
    expect(harmsSite(benign)).toBe(false);
  });
});

const elsewhere = (key: string): string =>
  changed(FAULT, `  - fault: process.kill\n    on: { replica_of: inference, count: 1 }\n    ${key}\n`);

describe("a fault that another service feels", () => {
  it("stays at its own site, and the service as a whole is within reach besides", () => {
    const { plan } = planOf(elsewhere("felt_by: vector"));
    const [planned] = plan.disturbances;
    expect(planned?.feltBy).toBe("vector");
    expect(planned?.site.service).toBe("inference");
    const sites = faultSites(plan);
    expect(sites.map(siteName)).toEqual([planned?.site.replica, "vector"]);
    expect(isSite({ service: "vector", replica: "vector-4" }, sites)).toBe(true);
    expect(scopeContainsAny({ service: "vector", replica: "vector-4" }, sites)).toBe(true);
    expect(scopeContainsAny({ service: "gateway" }, sites)).toBe(false);
    const spared = planned?.site.replica === "inference-1" ? "inference-2" : "inference-1";
    expect(isSite({ service: "inference", replica: spared }, sites)).toBe(false);
    expect(scopeContainsAny({ service: "inference", replica: spared }, sites)).toBe(false);
  });

  it("has no other reach than its site where nothing is declared", () => {
    const { plan } = planOf(elsewhere("# nothing"));
    expect(plan.disturbances[0]).not.toHaveProperty("feltBy");
    expect(isSite({ service: "vector", replica: "vector-4" }, faultSites(plan))).toBe(false);
  });

  it("names another service of the target, and widens no reach within its own", () => {
    expect(problems(elsewhere("felt_by: vektor"))).toEqual(['20:14 unknown service "vektor"']);
    expect(problems(elsewhere("felt_by: vector-1"))).toEqual(['20:14 unknown service "vector-1"']);
    expect(problems(elsewhere("felt_by: inference"))).toEqual(["20:14 inference, on which process.kill acts"]);
    const second = "  - fault: process.kill\n    on: { replica_of: vector, count: 1 }\n";
    expect(problems(elsewhere(`felt_by: vector\n${second}`))).toEqual(["20:14 vector, on which process.kill acts"]);
    const load = changed(FAULT, "  - fault: load.change\n    with: { times: 2 }\n    felt_by: vector\n");
    expect(problems(load).some((one) => one.includes("felt_by beside load.change"))).toBe(true);
  });

  it("is printed before anything is touched, and hits no replica there", () => {
    const { intent, plan } = planOf(elsewhere("felt_by: vector"));
    const touched = touchedBy({ plans: [plan], intents: [intent], targets: [shop] }, new Map());
    expect(touched[0]?.services.find(({ service }) => service === "vector")?.atOnce).toBe(0);
    expect(describeTouched(touched, [])).toContain("vector: a repair there is within reach, too");
  });
});

describe("a fault that changes a service", () => {
  const update = "  - fault: process.kill\n    on: { replica_of: inference, count: 1 }\n";
  const kill = context.faultTable.get("process.kill");

  it("may be repaired at any replica of that service, of which one alone is its site", () => {
    if (kill === undefined) throw new Error("the fixtures lost process.kill");
    const faultTable = new Map([...context.faultTable, ["process.kill", { ...kill, changesService: true as const }]]);
    const { intent, problems: found } = lintIntentText(changed(FAULT, update), file, { ...context, faultTable });
    if (intent === undefined) throw new Error(JSON.stringify(found));
    const [plan] = makePlans([intent], new Map([["shop", shop]]), { runId: "r1" });
    if (plan === undefined) throw new Error("no plan");
    const sites = faultSites(plan);
    expect(plan.disturbances.map(({ site, feltBy }) => [site.replica === "", feltBy])).toEqual([[false, "inference"]]);
    expect(["inference-1", "inference-2"].map((replica) => isSite({ service: "inference", replica }, sites))).toEqual([
      true,
      true,
    ]);
    const { plan: plain } = planOf(changed(FAULT, update));
    expect(plain.disturbances.map(({ feltBy }) => feltBy)).toEqual([undefined]);
  });
});

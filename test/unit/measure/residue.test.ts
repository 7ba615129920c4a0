// What is dying is not left: neither a change of its limits, nor a process that still runs.

import { expect, test } from "vitest";
import type { MachineSurvey, SeenProcess, StackSurvey } from "../../../src/records/survey.ts";
import { machineResidue, stackResidue } from "../../../src/measure/conduct/residue.ts";

const seen: SeenProcess = {
  instance: "pid 7",
  what: "node back.js",
  state: "S",
  nice: 0,
  limits: "Max open files 10/10",
  cgroup: "0::/a",
};
const machine = (...processes: SeenProcess[]): MachineSurvey => ({
  processes,
  folders: [],
  files: [],
  ports: [],
  unfinished: [],
  unseen: [],
});
const stack = (...processes: SeenProcess[]): StackSurvey => ({
  replicas: [],
  processes,
  edges: [],
  files: [],
  unseen: [],
});

test("a process that ends while it is looked at has no limits any more, and nobody changed them", () => {
  const changed: SeenProcess = { ...seen, state: "R", nice: 5, limits: null, cgroup: "0::/" };
  expect(stackResidue({ disturbances: [] }, stack(seen), stack({ ...changed, ending: true }))).toEqual([]);
  expect(stackResidue({ disturbances: [] }, stack(seen), stack(changed))).toHaveLength(3);
});

test("what runs after the trial is named as running, and what does not get to its end as that", () => {
  expect(machineResidue(machine(), machine(seen))).toEqual(["pid 7 (node back.js) still runs"]);
  expect(machineResidue(machine(), machine({ ...seen, ending: true }))).toEqual([
    "pid 7 (node back.js) is ending and not gone yet",
  ]);
});

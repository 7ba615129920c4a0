// What our looks at a simulated stack and its machine saw: the inventory, and the surveys before and after.

import type { Ms } from "../../src/core/units.ts";
import type { TimelineEvent } from "../../src/records/timeline/event.ts";
import type { MachineSurvey, StackSurvey } from "../../src/records/survey.ts";
import type { Story } from "./simulated-story.ts";

const inventory = {
  replicas: ["vector-1", "vector-2"].map((replica, index) => ({
    service: "vector",
    replica,
    instance: `pid ${100 + index}`,
    port: 7000 + index,
    version: "1",
    weight: 1,
  })),
};

export function inventoryEvents(story: Story): TimelineEvent[] {
  const change = { service: "vector", replica: "vector-2", field: "version", before: "1", after: "2" } as const;
  return [
    { kind: "inventory", from: 90, at: 95, lastSameFrom: 90, inventory, changes: [] },
    ...(story.changes ?? []).map(([at, more]): TimelineEvent => ({
      kind: "inventory",
      from: at - 5,
      at,
      lastSameFrom: at - 205,
      inventory,
      changes: [{ ...change, ...more }],
    })),
  ];
}

/** A survey of the stack and of the machine without anything of a trial. */
const stackSurvey: StackSurvey = {
  replicas: inventory.replicas.map(({ service, replica, instance }) => ({ service, replica, instance, alive: true })),
  processes: [
    {
      instance: "pid 100",
      what: "node vector.js",
      state: "S",
      nice: 0,
      limits: "Max open files 9/9",
      cgroup: "0::/",
    },
  ],
  edges: [
    { edge: "gateway→vector-2", proxy: { listen: "127.0.0.1:1", upstream: "127.0.0.1:2", enabled: true, toxics: [] } },
  ],
  files: [{ path: "/w/index", size: 9, sha256: "aa", replica: "vector-2", role: "index", harmed: { parts: 0, of: 0 } }],
  unseen: [],
};
const cached = { path: "/cache/model", size: 9, sha256: "cc" };
const machineSurvey: MachineSurvey = {
  processes: [],
  folders: [],
  files: [cached],
  ports: [],
  unfinished: [],
  unseen: [],
};

export function surveyEvents({ looks = {}, phases, fault }: Story, end: Ms): TimelineEvent[] {
  const { stack = {}, machine = {} } = looks;
  const inject = phases.inject ?? 0;
  const events: TimelineEvent[] = [];
  if (machine !== null) {
    const after = { ...machineSurvey, ...machine };
    events.push({ kind: "machine-survey", at: 5, moment: "before", survey: machineSurvey });
    events.push({ kind: "machine-survey", at: end, moment: "after", survey: after });
  }
  if (stack !== null && fault !== undefined) {
    const after = { ...stackSurvey, ...stack };
    events.push({ kind: "stack-survey", at: inject, moment: "before", survey: stackSurvey });
    events.push({ kind: "stack-survey", at: phases.teardown ?? end, moment: "after", survey: after });
  }
  return events;
}

// What is left when a trial is over, and what never came about.

import { basePlan } from "../builders/simulated-trial.ts";
import { broken, restored, whole, still, blindToUsers, storiesOf, type Truth } from "./parts.ts";

export const leftBehind = storiesOf({
  "toxic left": {
    ...whole,
    looks: {
      stack: {
        edges: [
          {
            edge: "gateway→vector-2",
            proxy: {
              listen: "127.0.0.1:1",
              upstream: "127.0.0.1:2",
              enabled: true,
              toxics: [{ name: "latency-7", what: "latency downstream × 1, latency 400" }],
            },
          },
        ],
      },
    },
  },
  "rows left damaged": {
    ...whole,
    looks: {
      stack: {
        files: [
          { path: "/w/index", size: 9, sha256: "bb", replica: "vector-2", role: "index", harmed: { parts: 3, of: 40 } },
        ],
      },
    },
  },
  "index rebuilt by the stack": {
    ...whole,
    looks: {
      stack: {
        files: [
          { path: "/w/index", size: 9, sha256: "bb", replica: "vector-2", role: "index", harmed: { parts: 0, of: 40 } },
        ],
      },
    },
  },
  "replica left down": {
    ...whole,
    looks: { stack: { replicas: [{ service: "vector", replica: "vector-2", instance: null, alive: false }] } },
  },
  "other replica gone by the healer's hand": {
    ...whole,
    looks: { stack: { replicas: [{ service: "vector", replica: "vector-2", instance: "pid 300", alive: true }] } },
  },
  "process left stopped and limited": {
    ...whole,
    looks: {
      stack: {
        processes: [
          {
            instance: "pid 100",
            what: "node vector.js",
            state: "T",
            nice: 19,
            limits: "Max open files 4/4",
            cgroup: "0::/",
          },
        ],
      },
    },
  },
  "machine not clean": {
    ...whole,
    looks: {
      machine: {
        processes: [
          {
            instance: "pid 4711",
            what: "node vector/main.js",
            state: "S",
            nice: 0,
            limits: null,
            cgroup: null,
          },
        ],
        ports: [{ port: 20_001, by: "pid 4711 (node vector/main.js)" }],
        folders: ["/tmp/stack-1"],
        files: [
          { path: "/cache/model", size: 9, sha256: "dd" },
          { path: "/cache/new", size: 3, sha256: "ee" },
        ],
        unfinished: ["index.corruption at vector-2"],
      },
    },
  },
  "way back failed": { ...whole, revertFailed: "no answer within 10000 ms" },
  "left behind and not confirmed": {
    ...whole,
    fault: { applying: 5020, unconfirmed: 5110 },
    revertFailed: "no answer",
  },
  "audit blinded": { ...whole, looks: { stack: { unseen: ["edges: the fault proxy does not list its proxies"] } } },
  "nobody looked": { ...whole, looks: { stack: null, machine: null } },
  "effect not confirmed": { ...whole, fault: { applying: 5020, unconfirmed: 5110 } },
  "broken before": { ...whole, ...broken(2000, 8900) },
  "not disturbed": { ...whole, ...still, claims: restored.slice(0, 5) },
  "most traffic shed": {
    ...whole,
    plan: blindToUsers,
    fate: (sent, id) => (sent > 8900 && id % 4 > 0 ? { latencyMs: 3, error: "status 503" } : whole.fate(sent, id)),
  },
  "users put off with excuses": {
    ...whole,
    plan: blindToUsers,
    fate: (sent, id) => (sent > 8900 ? { latencyMs: 3, right: false } : whole.fate(sent, id)),
  },
  "users turned away and answered by nobody": {
    ...whole,
    plan: { ...blindToUsers, expect: { ...basePlan.expect, never: [] } },
    fate: (sent, id) => (sent > 8900 ? { latencyMs: 3, error: "status 503" } : whole.fate(sent, id)),
  },
});

export const leftBehindTruths: Record<keyof typeof leftBehind, Truth> = {
  "toxic left": {
    outcome: "residue",
    fail: ["nothing-left"],
    says: /left behind: toxic latency-7 on gateway→vector-2 \(latency downstream × 1, latency 400\)$/,
  },
  "rows left damaged": {
    outcome: "residue",
    fail: ["nothing-left"],
    says: /file \/w\/index of vector-2: 3 of 40 parts are as the fault left them \(sha256 aa… before, bb… now\)/,
  },
  "index rebuilt by the stack": { outcome: "pass" },
  "replica left down": {
    outcome: "residue",
    fail: ["nothing-left"],
    says: /replica vector-2, hit by index\.corruption, does not run \(the inventory lists nothing that runs\); it ran as pid 101/,
  },
  "other replica gone by the healer's hand": { outcome: "pass" },
  "process left stopped and limited": {
    outcome: "residue",
    fail: ["nothing-left"],
    says: /pid 100 \(node vector\.js\) is stopped by a signal; .* runs at nice 19, it was 0; .* Max open files 4\/4, before Max open files 9\/9/,
  },
  "machine not clean": {
    outcome: "residue",
    fail: ["nothing-left"],
    says: new RegExp(
      [
        /pid 4711 \(node vector\/main\.js\) still runs/,
        /port 20001 is still listened on by pid 4711 \(node vector\/main\.js\)/,
        /work folder \/tmp\/stack-1 is still there/,
        /file \/cache\/model differs from before: sha256 cc…, now dd…/,
        /file \/cache\/new is new \(3 bytes\)/,
        /the undo log is not finished: index\.corruption at vector-2/,
      ]
        .map(({ source }) => source)
        .join("; "),
    ),
  },
  "way back failed": {
    outcome: "residue",
    fail: ["nothing-left"],
    says: /index\.corruption at vector-2 was not taken back \(no answer within 10000 ms\)/,
  },
  "left behind and not confirmed": { outcome: "residue", fail: ["effect-confirmed", "nothing-left"] },
  "audit blinded": {
    outcome: "inconclusive",
    unclear: ["nothing-left"],
    says: /could not be looked at: edges: the fault proxy does not list/,
  },
  "nobody looked": {
    outcome: "inconclusive",
    unclear: ["nothing-left"],
    says: /the machine before and after the trial/,
  },
  "effect not confirmed": { outcome: "invalid", fail: ["effect-confirmed"] },
  "broken before": { outcome: "invalid", fail: ["steady-before"] },
  "not disturbed": { outcome: "inconclusive", unclear: ["recovered-in-time"], says: /never broke/ },
  "most traffic shed": {
    outcome: "fail",
    fail: ["traffic-served"],
    says: /traffic was shed: 2\d(\.\d)? % of the requests were answered .*before: 100 %, bound: half/,
  },
  "users put off with excuses": {
    outcome: "fail",
    fail: ["traffic-served"],
    says: /put off with empty answers: .* 0(\.\d)? % of the answers were right \(before: 100 %/,
  },
  "users turned away and answered by nobody": {
    outcome: "fail",
    fail: ["traffic-served"],
    says: /traffic was shed: 0(\.\d)? % of the requests/,
  },
};

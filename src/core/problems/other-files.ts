// RB11 and RB12: files that a target names: compose and stack files, and scripts of k6.

import type { ProblemEntry } from "./entry.ts";

const run = "export default function () {}";
const scenario = (rate: number, executor = "constant-arrival-rate"): string =>
  `export const options = { scenarios: { s: { executor: "${executor}", rate: ${rate}, duration: "30m", preAllocatedVUs: 2 } } };`;
const backs = (more: string): string => `services:
  front: { image: "node:20-slim", ${more} }
  back: { image: "node:20-slim", scale: 3 }`;

export const otherFileProblems = {
  RB1101: {
    title: "a compose or stack file that is not there",
    means: "The file that target.yaml names cannot be read.",
    why: "Nobody knows which containers the stack has.",
    todo: "Give its path from the folder of target.yaml.",
    of: "containers",
    wrong: "containers: { compose: compse.yaml }",
    right: "containers: { compose: compose.yaml }",
  },
  RB1102: {
    title: "a name of nothing in this file",
    means: "A service, network or volume is named that the file does not declare.",
    why: "The engine would refuse it when the stack starts.",
    todo: "Correct the spelling, or declare it.",
    of: "compose",
    wrong: backs("networks: [outer]"),
    right: `${backs("networks: [outer]")}\nnetworks: { outer: }`,
  },
  RB1103: {
    title: "services that wait for ever",
    means: "Services depend on each other in a circle, or on the health of one that has no health check.",
    why: "The stack would never be ready.",
    todo: "Break the circle, or add a `healthcheck`.",
    of: "compose",
    wrong: backs("depends_on: { back: { condition: service_healthy } }"),
    right: backs("depends_on: { back: { condition: service_started } }"),
  },
  RB1104: {
    title: "a key of stacks in the machine's network",
    means:
      "`network_mode: host` and its like stand where containers have networks of their own, or are missing where they have not.",
    why: "Faults act on containers in networks of their own in another way than on the machine's processes.",
    todo: "Leave them out; `start.compose` alone needs them.",
    of: "compose",
    wrong: backs("network_mode: host"),
    right: backs("init: true"),
  },
  RB1105: {
    title: "a stack that forbids chaos",
    means: "A label `rebound.chaos` of a service has another value than `allowed`.",
    why: "Its owner has said that it is not to be touched.",
    todo: "Ask the owner.",
    of: "compose",
    wrong: backs('labels: { rebound.chaos: "forbidden" }'),
    right: backs('labels: { rebound.chaos: "allowed" }'),
  },
  RB1201: {
    title: "a script that cannot be read",
    means: "The file is missing, or has bad syntax.",
    why: "Nothing would be sent.",
    todo: "Correct what the message shows; imports need their ending.",
    of: "script",
    wrong: `${scenario(10)}\nexport default function () {`,
    right: `${scenario(10)}\n${run}`,
  },
  RB1202: {
    title: "a word that this k6 does not have",
    means: "The script imports or calls something that is not among what Rebound runs of k6.",
    why: "It would fail in the middle of a trial; here it fails before one.",
    todo: "Use what the message lists, or `run_by: k6` with a k6 of your own.",
    of: "script",
    wrong: `import redis from "k6/experimental/redis";\n${scenario(10)}\n${run}`,
    right: `import http from "k6/http";\n${scenario(10)}\n${run}`,
  },
  RB1203: {
    title: "options that do not say what is sent",
    means: "`options` is missing, or a scenario lacks a key or has one of another kind.",
    why: "The load of a trial must be known before it begins.",
    todo: "Export `options` with scenarios that say executor, rate and duration.",
    of: "script",
    wrong: run,
    right: `${scenario(10)}\n${run}`,
  },
  RB1204: {
    title: "a value that is worked out",
    means: "`options` calls or computes something that can only be told by running the script.",
    why: "A plan is made without running anything.",
    todo: "Write the value itself, or a constant.",
    of: "script",
    wrong: `export const options = { scenarios: { s: { executor: "constant-arrival-rate", rate: Math.round(10), duration: "30m", preAllocatedVUs: 2 } } };\n${run}`,
    right: `${scenario(10)}\n${run}`,
  },
  RB1205: {
    title: "a threshold of nothing",
    means: "A threshold or metric has a name, tag or form that does not exist.",
    why: "k6 lets a threshold without samples pass: a total outage would be green.",
    todo: "Take a metric of k6 or of the script, and an expression such as `p(95)<500`.",
    of: "script",
    wrong: `${scenario(10).replace("options = {", 'options = { thresholds: { http_req_durations: ["p(95)<500"] },')}\n${run}`,
    right: `${scenario(10).replace("options = {", 'options = { thresholds: { http_req_duration: ["p(95)<500"] },')}\n${run}`,
  },
  RB1206: {
    title: "types that k6 reads as comparisons",
    means: "A call with types is the only TypeScript in the file, which is valid JavaScript without a call.",
    why: "k6 parses it as JavaScript first: two comparisons, and no request is sent.",
    todo: "Leave the types of the call out.",
    of: "script by k6",
    wrong: `import http from "k6/http";\n${scenario(10)}\nexport default function () { http.get<"text">(__ENV.TARGET); }`,
    right: `import http from "k6/http";\n${scenario(10)}\nexport default function () { http.get(__ENV.TARGET); }`,
  },
  RB1207: {
    title: "a script that sends otherwise than the intent says",
    means: "Rate, spacing or length of the script's load are not those of the intent.",
    why: "Windows and percentiles are laid out for the intent's rate.",
    todo: "Write the same in both.",
    of: "script",
    wrong: `${scenario(50)}\n${run}`,
    right: `${scenario(10)}\n${run}`,
  },
  RB1208: {
    title: "a pace whose send times k6 does not tell",
    means: "With `run_by: k6` an executor is used of which it cannot be told when each iteration was due.",
    why: "Waiting before a request is sent would be lost from the measurement.",
    todo: "Use constant-arrival-rate, or no `run_by`.",
    of: "script by k6",
    wrong: `export const options = { scenarios: { s: { executor: "ramping-arrival-rate", startRate: 10, stages: [{ duration: "30m", target: 10 }], preAllocatedVUs: 2 } } };\n${run}`,
    right: `${scenario(10)}\n${run}`,
  },
} as const satisfies Record<string, ProblemEntry>;

// RB06: what is done to the target: parameters, sites, amounts and times.

import type { ProblemEntry } from "./entry.ts";

const kill = "fault: process.kill, on: { replica_of: inference, count: 1 }";

export const harmProblems = {
  RB0601: {
    title: "parameters that the fault does not take",
    means: "A parameter is missing, unknown to this fault, or out of its bounds.",
    why: "A parameter that is not read changes the harm without a word.",
    todo: "`rebound list faults` says what each fault takes.",
    of: "intent",
    wrong:
      "disturb: [{ fault: network.latency, on: { edge: { from: gateway, to: inference }, count: 1 }, with: { delay: 400ms } }]",
    right:
      "disturb: [{ fault: network.latency, on: { edge: { from: gateway, to: inference }, count: 1 }, with: { latency: 400ms } }]",
  },
  RB0602: {
    title: "a site of the wrong kind",
    means: "The fault acts on an edge, on replicas, or nowhere, and `on` names another kind of site or none.",
    why: "A fault has to know where it acts, and a process has no latency.",
    todo: "Faults of edges take `edge: { from, to }`, others `replica_of`; `nothing` and changes of load take no site.",
    of: "intent",
    wrong: "disturb: [{ fault: network.latency, on: { replica_of: inference, count: 1 }, with: { latency: 400ms } }]",
    right:
      "disturb: [{ fault: network.latency, on: { edge: { from: gateway, to: inference }, count: 1 }, with: { latency: 400ms } }]",
  },
  RB0603: {
    title: "a fault that this site cannot have",
    means: "The platform does not offer there what the fault needs to act.",
    why: "The trial would be invalid as soon as it began.",
    todo: "Take a site that offers it, or another fault; `rebound doctor TARGET` says what is missing in target.yaml.",
    of: "intent",
    wrong: "disturb: [{ fault: index.unlinked, on: { replica_of: gateway, count: all } }]",
    right: "disturb: [{ fault: index.unlinked, on: { replica_of: vector, count: 1 } }]",
  },
  RB0604: {
    title: "a second change of load",
    means: "Two disturbances change the rate of the same stream.",
    why: "Which of the two holds would depend on which ends first.",
    todo: "Keep one.",
    of: "intent",
    wrong: "disturb: [{ load: { times: 1.5 } }, { load: { times: 2 } }]",
    right: "disturb: [{ load: { times: 1.5 } }]",
  },
  RB0605: {
    title: "more load than can be sent",
    means: "The rate times the change is more than Rebound sends.",
    why: "Requests would leave late, and the stack look slower than it is.",
    todo: "Lower `load.rate` or `times`.",
    of: "intent",
    wrong:
      "load: { rate: 900/s, slow_over: 400ms, timeout: 5s, warmup: 1500ms, baseline: 4s }\ndisturb: [{ load: { times: 5 } }]",
    right:
      "load: { rate: 90/s, slow_over: 400ms, timeout: 5s, warmup: 1500ms, baseline: 4s }\ndisturb: [{ load: { times: 2 } }]",
  },
  RB0606: {
    title: "felt_by where it means nothing",
    means:
      "`felt_by` stands beside a fault that harms nobody, names the service that is struck anyway, or belongs under `with`.",
    why: "It names another service in which the harm shows; a repair there would be credited wrongly.",
    todo: "Leave it out, or name another service.",
    of: "intent",
    wrong: `disturb: [{ ${kill}, felt_by: inference }]`,
    right: `disturb: [{ ${kill}, felt_by: gateway }]`,
  },
  RB0607: {
    title: "the same disturbance twice",
    means: "Two disturbances are alike in every word.",
    why: "Who wants to hit more says so by the amount; twice the same is a slip.",
    todo: "Raise `count`, or take one out.",
    of: "intent",
    wrong: `disturb: [{ ${kill} }, { ${kill} }]`,
    right: `disturb: [{ ${kill} }]`,
  },
  RB0608: {
    title: "no amount, or two",
    means: "A selector has neither `count` nor `share`, or both.",
    why: "An empty selector must never mean all.",
    todo: "Write either `count: 1` or `share: 0.5`.",
    of: "intent",
    wrong: "disturb: [{ fault: process.kill, on: { replica_of: inference } }]",
    right: `disturb: [{ ${kill} }]`,
  },
  RB0609: {
    title: "too many replicas at once",
    means: "More replicas of a service are hit than intent and target allow, or none.",
    why: "Harm stays within bounds that two people agreed on: half of a service unless both say more.",
    todo: "Hit fewer; to hit all on purpose, `count: all` and `limits: { max_share: 1 }`.",
    of: "intent",
    wrong: "disturb: [{ fault: process.kill, on: { replica_of: inference, count: 2 } }]",
    right: "limits: { max_share: 1 }\ndisturb: [{ fault: process.kill, on: { replica_of: inference, count: all } }]",
  },
  RB0610: {
    title: "fewer edges than asked for",
    means: "Not as many replicas are reached from that caller as the selector asks for.",
    why: "The fault would act on fewer than was written, and nobody be told.",
    todo: "Ask for as many as there are.",
    of: "containers",
    wrong:
      "disturb: [{ fault: network.latency, on: { edge: { from: front, to: back }, share: 0.99 }, with: { latency: 200ms } }]\nlimits: { max_share: 0.9 }",
    right:
      "disturb: [{ fault: network.latency, on: { edge: { from: front, to: back }, count: 1 }, with: { latency: 200ms } }]",
  },
  RB0611: {
    title: "a dose above the target's limit",
    means:
      "A share that is harmed is greater than target.yaml allows, or such a fault is asked for on some replicas only.",
    why: "The owner of the target has said how much may be broken at once.",
    todo: "Lower the share; with a share of requests write `count: all`.",
    of: "intent",
    wrong:
      "disturb: [{ fault: model.rollout, on: { replica_of: inference, count: all }, with: { version: extractive-6, share: 0.7 } }]\nlimits: { max_share: 1 }",
    right:
      "disturb: [{ fault: model.rollout, on: { replica_of: inference, count: all }, with: { version: extractive-6, share: 0.34 } }]\nlimits: { max_share: 1 }",
  },
  RB0612: {
    title: "a fault that may stay too long",
    means: "With these times the fault could be in place for longer than target.yaml allows.",
    why: "The owner of the target has said how long harm may last.",
    todo: "Shorten `recovered.within`, `hold` or `watch`.",
    of: "intent",
    wrong: "expect: { recovered: { within: 20m, by: redistribute-traffic } }",
    right: "expect: { recovered: { within: 15s, by: redistribute-traffic } }",
  },
  RB0613: {
    title: "a fault that this target cannot have as it is set up",
    means: "The rows lie in a format that the fault cannot act on, or target.yaml lacks what it needs.",
    why: "The trial would be invalid as soon as it began.",
    todo: "Choose the setting or the value that the message names.",
    of: "intent",
    wrong: "disturb: [{ fault: process.kill-at-work, on: { replica_of: vector, count: 1 }, with: { work: tidy } }]",
    right:
      "disturb: [{ fault: process.kill-at-work, on: { replica_of: vector, count: 1 }, with: { work: save-index } }]",
  },
  RB0614: {
    title: "a disturbance with two beginnings, or none that comes first",
    means: "More than one of `at`, `when` and `during` says when it begins, or every disturbance waits for the healer.",
    why: "A healer that sees no harm does nothing, and what waits for it never begins.",
    todo: "Keep one beginning each, and one disturbance that begins by itself.",
    of: "intent",
    wrong: `disturb: [{ ${kill}, at: 2s, during: recovery }]`,
    right: `disturb: [{ ${kill}, at: 2s }]`,
  },
  RB0615: {
    title: "a time outside of what is watched",
    means: "The disturbance begins or ends after the trial is over, or stays for less than 100 ms.",
    why: "What nobody watches proves nothing.",
    todo: "Begin earlier, stay shorter, or watch longer.",
    of: "intent",
    wrong: `disturb: [{ ${kill}, at: 40s }]`,
    right: `disturb: [{ ${kill}, at: 4s }]`,
  },
  RB0616: {
    title: "waiting for a healer that does not act",
    means: "The disturbance waits for the healer, and the target has none, or an arm of the intent takes it away.",
    why: "In that arm it would never begin.",
    todo: "Use `at`, or leave that arm out.",
    of: "intent",
    wrong: `arms: [treatment, unhealed]\ndisturb: [{ ${kill} }, { fault: process.kill, on: { replica_of: vector, count: 1 }, during: recovery }]`,
    right: `disturb: [{ ${kill} }, { fault: process.kill, on: { replica_of: vector, count: 1 }, during: recovery }]`,
  },
  RB0617: {
    title: "a level that cannot be",
    means: "The fault has no dose, its dose is said as well, or another disturbance of the intent says a level, too.",
    why: "A level is a dose that is found by measured impact: there must be one, and its impact must be its own.",
    todo: "`rebound list faults` says which have a dose. Say the level or the dose, once.",
    of: "intent",
    wrong:
      "disturb: [{ fault: network.latency, on: { edge: { from: gateway, to: inference }, count: 1 }, with: { latency: 400ms }, level: significant }]",
    right:
      "disturb: [{ fault: network.latency, on: { edge: { from: gateway, to: inference }, count: 1 }, level: significant }]",
  },
  RB0618: {
    title: "a level whose dose nobody knows",
    means: "The measured impacts under these conditions are too few, or do not say at which dose the level is reached.",
    why: "A dose that was guessed would hit milder or harsher than was asked for, and nobody would be told.",
    todo: "`rebound calibrate FILE` finds the dose by trials; or write the dose in place of the level.",
    of: "uncalibrated",
    wrong:
      "disturb: [{ fault: network.latency, on: { edge: { from: gateway, to: inference }, count: 1 }, level: significant }]",
    right:
      "disturb: [{ fault: network.latency, on: { edge: { from: gateway, to: inference }, count: 1 }, with: { latency: 400ms } }]",
  },
} as const satisfies Record<string, ProblemEntry>;

// What a round of the kill test runs: an intent for each fault of the table, by its example and its site.

const damageModes = ["zero", "noise", "nan", "part", "flip", "truncate", "replace", "shift", "pages", "links"];

/** Each fault brings an example of its parameters, so that a new one is struck without a word here. */
function parametersOf({ name, example }, seed) {
  if (name === "index.corruption") return `{ share: 0.5, mode: ${damageModes[seed % damageModes.length]} }`;
  return JSON.stringify(example);
}

const expectation = `expect:
  detected: { within: 600ms, as: [replica-down] }
  recovered: { within: 600ms, by: restart-replica }
`;

/** Where a fault acts, as an intent says it; faults of load and of nothing have no site. */
const sites = {
  edge: "    on: { edge: { from: stack, to: vec }, count: 1 }\n",
  replica: "    on: { replica_of: vec, count: 1 }\n",
};

/** What all replicas take part in is put on all of them, and that is asked for twice. */
function siteOf({ acts, sharesRequests }) {
  const site = sites[acts] ?? "";
  return sharesRequests === true ? site.replace("count: 1", "count: all") : site;
}

function armOf({ acts, harmless, byOperator }) {
  if (harmless === true) return "placebo";
  return acts === "load" || byOperator === true ? "look-alike" : "treatment";
}

/** The text of the intent of a round: one fault on a replica or an edge of the kill target. */
export function intentOf(fault, seed) {
  const { name } = fault;
  const arm = armOf(fault);
  return `version: 1
title: A round of the kill test
belief: Whenever the harness is killed, nothing is left.
target: kill
tags: [test]
seed: ${seed}
arms: [${arm}]
load: { arrival: constant, rate: 40/s, slow_over: 300ms, timeout: 1s, warmup: 200ms, baseline: 1s }
steady:
  window: 200ms
  bad_after: 1
  where:
    users-answered: users.error_share <= 0.1
${fault.sharesRequests === true ? "limits: { max_share: 1 }\n" : ""}disturb:
  - fault: ${name}
${siteOf(fault)}    with: ${parametersOf(fault, seed)}
${arm === "treatment" ? expectation : "expect: { hold_fire: true }\nwatch: 2s\n"}`;
}

// The first two intents of a stack: a process that dies, and one that hangs, which no supervisor looks at.

import type { Seen } from "./seen.ts";
import { capital } from "./words.ts";
import { repairOf } from "./write-attached.ts";
import { servicesOf, underscored } from "./write-target.ts";

/** Texts by the name of the file; each has no problem for the linter. Needs one service that listens. */
export function intentTexts(target: string, seen: Seen): ReadonlyMap<string, string> {
  const killed = {
    title: "A process that dies",
    belief: `When one process is killed, something starts it again, and users are well again within 15 seconds. ${seen.heals}`,
    fault: "process.kill",
    quick: true,
    note: `# guess: 15 s; check how soon ${seen.who} acts, and how long a start takes.`,
  };
  const hangs = {
    title: "A process that hangs",
    belief:
      `When one process hangs, something restarts it within 15 seconds. ${capital(seen.who)} may not: ${seen.hides.split(/[;,]/)[0]}. ` +
      "If nothing else does, this intent fails, and that is what it is for.",
    fault: "process.pause",
    note: "# guess: nothing sees it; check for yourself before you believe the verdict.",
  };
  return new Map([
    ["process-dies.yaml", intentText(target, seen, killed)],
    ["process-hangs.yaml", intentText(target, seen, hangs)],
  ]);
}

interface Words {
  readonly title: string;
  readonly belief: string;
  readonly fault: string;
  readonly note: string;
  /** What it breaks may be whole again within a quarter of a second. */
  readonly quick?: boolean;
}

function intentText(target: string, seen: Seen, { title, belief, fault, note, quick = false }: Words): string {
  const services = servicesOf(seen);
  const chosen = services.find(({ replicas }) => replicas.length > 1) ?? services[0];
  const name = chosen?.name ?? "";
  const isLonely = chosen?.replicas.length === 1;
  const probe = `replicas.${underscored(name)}`;
  // A process that is back between two looks was never seen to be gone, and its trial tells nothing.
  const looks = quick
    ? `  # A supervisor may be quicker than target.yaml's probes.\n  probe_every: { ${probe}: 50ms }\n`
    : "";
  return `version: 1
title: ${title}
belief: ${JSON.stringify(belief)}
target: ${target}
tags: [${target}]
arms: [treatment]

# guess: so many users; check what the stack carries, and how late an answer may be.
load: { arrival: constant, rate: 10/s, slow_over: 1s, timeout: 3s, warmup: 2s, baseline: 5s }

steady:
  window: 1s
  bad_after: 2
${looks}  where:
    users-answered: users.error_share <= 0.15
    all-there: ${probe} >= baseline.${probe}

disturb:
  - fault: ${fault}
    on: { replica_of: ${name}, count: ${isLonely ? "all" : "1"} }
${isLonely ? "limits: { max_share: 1 }\n" : ""}
${note}
expect:
  recovered: { within: 15s, by: ${repairOf(seen)}, hold: 5s }
`;
}

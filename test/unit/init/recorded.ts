// What supervisors were recorded to answer.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { offeredBy, platformNames } from "../../../src/platforms/index.ts";
import { probeKinds } from "../../../src/probes/table.ts";
import { faultTable } from "../../../src/run/compose/trial-stack.ts";
import { ruleTable } from "../../../src/verdict/rule-table.ts";
import { formatProblem } from "../../../src/core/errors.ts";
import type { Seen } from "../../../src/init/seen.ts";
import { supervisordSeen } from "../../../src/init/scanners/supervisord.ts";
import { intentTexts } from "../../../src/init/write-intents.ts";
import { targetText } from "../../../src/init/write-target.ts";

const recorded = (file: string): string =>
  readFileSync(join(import.meta.dirname, "../../fixtures/supervisors", file), "utf8");

/** The recorded supervisord, whose processes listen on these ports. */
export function seenOfSupervisord(ports: Readonly<Record<string, number>> = { web: 7991 }): Seen {
  const answers = {
    processes: recorded("supervisord-processes.xml"),
    config: recorded("supervisord-config.xml"),
    where: "/run/supervisor.sock",
    file: "/etc/supervisord.conf",
  };
  const { seen } = supervisordSeen(answers);
  const replicas = seen.replicas.map((one) => ({ ...one, ports: [ports[one.replica] ?? []].flat() }));
  return { ...seen, replicas };
}

/** Every problem of what would be written. */
export function problemsOf(name: string, seen: Seen): readonly string[] {
  // Only their owner may allow it, and then the intents have no problem either.
  const allowed = targetText(name, seen).replace("chaos: forbidden", "chaos: allowed");
  const here = { probeKinds, platformNames, dir: `/w/targets/${name}`, exists: () => false, read: () => "" };
  const { target, problems } = lintTargetText(allowed, `targets/${name}/target.yaml`, here);
  if (target === undefined) return problems.map(formatProblem);
  const context = {
    targets: new Map([[name, target]]),
    faultTable,
    probeKinds,
    platformNames,
    offers: offeredBy,
    ruleNames: ruleTable.map((rule) => rule.name),
  };
  return [...intentTexts(name, seen)].flatMap(([file, text]) =>
    lintIntentText(text, `experiments/${name}/${file}`, context).problems.map(formatProblem),
  );
}

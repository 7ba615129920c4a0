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

const service = (id: string, more: object, allowed: boolean): object => ({
  ID: id,
  Spec: {
    Name: `kb_${id}`,
    Labels: { "com.docker.stack.namespace": "kb", ...(allowed && { "rebound.chaos": "allowed" }) },
    Mode: { Replicated: { Replicas: 1 } },
    ...more,
  },
});
const task = (id: string, slot: number | undefined, node: string, ports: readonly object[]): object => ({
  ServiceID: id,
  ...(slot !== undefined && { Slot: slot }),
  NodeID: node,
  DesiredState: "running",
  Spec: { ContainerSpec: { Image: "kb:1@sha256:abc" } },
  Status: { State: "running", PortStatus: { Ports: ports } },
});
const hosted = (published: number): object => ({
  TargetPort: 8080,
  PublishedPort: published,
  PublishMode: "host",
});

/** A manager of three services on two nodes, in the shape of the engine's API. */
export const manager = {
  services: JSON.stringify([
    service("back", { UpdateConfig: { FailureAction: "rollback" } }, true),
    service("web", {}, false),
    service("logs", { Mode: { Global: {} } }, false),
    { ID: "stranger", Spec: { Name: "alone", Labels: {}, Mode: {} } },
  ]),
  tasks: JSON.stringify([
    task("back", 2, "n3", [hosted(30_002)]),
    { ...task("back", 1, "n2", [hosted(30_009)]), DesiredState: "shutdown" },
    task("back", 1, "n2", [hosted(30_001)]),
    task("web", 1, "n2", []),
    task("logs", undefined, "n2", [hosted(30_003)]),
    task("stranger", 1, "n2", [hosted(30_004)]),
  ]),
  nodes: JSON.stringify([
    { ID: "n3", Description: { Hostname: "three" }, Status: { Addr: "10.0.0.3" } },
    { ID: "n2", Description: { Hostname: "two" }, Status: { Addr: "10.0.0.2" } },
    { ID: "n1", Description: { Hostname: "one" }, Status: { Addr: "0.0.0.0" } },
  ]),
};

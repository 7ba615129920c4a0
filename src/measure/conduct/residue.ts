// What a trial left behind: two surveys compared. Ours are toxics and proxies, bytes that a fault wrote, stopped or
// limited processes, replicas that we hit and that do not run; what the healer changed of its own accord is its
// business and is not named here.

import type { PlannedDisturbance, TrialPlan } from "../../records/plan.ts";
import { siteName } from "../../core/controls.ts";
import type { MachineSurvey, SeenEdge, SeenFile, SeenProcess, StackSurvey } from "../../records/survey.ts";

/** One thing that is left, in words that name it. */
export type Residue = string;

/** What of the stack is not as it was before the faults, although they were taken back. */
export function stackResidue(
  plan: Pick<TrialPlan, "disturbances">,
  before: StackSurvey,
  after: StackSurvey,
): Residue[] {
  return [
    ...before.edges.flatMap((edge) => edgeResidue(edge, after.edges)),
    ...processChanges(before.processes, after.processes),
    ...hitReplicas(plan.disturbances, before, after),
    ...fileResidue(before, after),
  ];
}

function edgeResidue({ edge, proxy: was }: SeenEdge, after: readonly SeenEdge[]): Residue[] {
  const seen = after.find((other) => other.edge === edge);
  const now = seen?.proxy;
  if (was === undefined || seen === undefined) return [];
  if (now === undefined) return [`the proxy of ${edge} is gone`];
  const left: Residue[] = [];
  for (const field of ["enabled", "listen", "upstream"] as const) {
    if (was[field] !== now[field]) left.push(`the proxy of ${edge} has ${field} ${now[field]}, it had ${was[field]}`);
  }
  for (const { name, what } of now.toxics) {
    const old = was.toxics.find((toxic) => toxic.name === name);
    if (old === undefined) left.push(`toxic ${name} on ${edge} (${what})`);
    else if (old.what !== what) left.push(`toxic ${name} on ${edge} is ${what}, it was ${old.what}`);
  }
  const gone = was.toxics.filter(({ name }) => !now.toxics.some((toxic) => toxic.name === name));
  return [...left, ...gone.map(({ name }) => `toxic ${name} of somebody else is gone from ${edge}`)];
}

/** Processes that live on must be under the limits they were under, and nobody may stay stopped. */
function processChanges(before: readonly SeenProcess[], after: readonly SeenProcess[]): Residue[] {
  // A process that is ending has lost its limits and its group already, and is looked for again once the stack is
  // ended.
  return after.flatMap((now) => {
    if (now.ending === true) return [];
    const was = before.find(({ instance }) => instance === now.instance);
    const left: Residue[] = [];
    if (now.state === "T" && was?.state !== "T") left.push(`${processName(now)} is stopped by a signal`);
    if (was === undefined) return left;
    if (was.nice !== now.nice) left.push(`${processName(now)} runs at nice ${now.nice}, it was ${was.nice}`);
    if (was.cgroup !== now.cgroup) left.push(`${processName(now)} is in cgroup ${now.cgroup}, it was in ${was.cgroup}`);
    if (was.limits !== now.limits) left.push(`${processName(now)} has other limits: ${limitChanges(was, now)}`);
    return left;
  });
}

function limitChanges(was: SeenProcess, now: SeenProcess): string {
  const old = (was.limits ?? "").split("; ");
  const changed = (now.limits ?? "")
    .split("; ")
    .flatMap((limit, at) => (limit === old[at] ? [] : [`${limit}, before ${old[at]}`]));
  return changed.join("; ") || "they cannot be read any more";
}

/** A replica that a fault sat in must run again, if it ran before; any other's absence is the stack's own doing. */
export function hitReplicas(
  disturbances: readonly PlannedDisturbance[],
  before: StackSurvey,
  after: StackSurvey,
): Residue[] {
  const hit = disturbances.flatMap((planned) =>
    planned.type === "fault" && planned.site.edgeFrom === undefined
      ? [{ ...planned, name: siteName(planned.site) }]
      : [],
  );
  return before.replicas.flatMap((was) => {
    const by = hit.find(({ name }) => name === was.replica);
    if (by === undefined || !was.alive) return [];
    const now = after.replicas.find(({ replica }) => replica === was.replica);
    if (now?.alive === true || (now === undefined && after.unseen.length > 0)) return [];
    const seen =
      now === undefined
        ? "is not in the inventory any more"
        : `does not run (the inventory lists ${now.instance ?? "nothing that runs"})`;
    return [`replica ${was.replica}, hit by ${by.fault}, ${seen}; it ran as ${was.instance}`];
  });
}

/** A file that differs was rewritten by its owner, unless parts of it are still as a fault left them. */
function fileResidue(before: StackSurvey, after: StackSurvey): Residue[] {
  return after.files.flatMap((now) => {
    if (now.harmed.parts === 0) return [];
    const was = before.files.find(({ path }) => path === now.path);
    const hashes = `sha256 ${short(was?.sha256)} before, ${short(now.sha256)} now`;
    return [
      `file ${now.path} of ${now.replica}: ${now.harmed.parts} of ${now.harmed.of} parts are as the fault left them (${hashes})`,
    ];
  });
}

/** What of a trial is still on the machine after its teardown. */
export function machineResidue(before: MachineSurvey, after: MachineSurvey): Residue[] {
  const listened = new Set(before.ports.map(({ port }) => port));
  return [
    ...after.processes.map((seen) =>
      seen.ending === true ? `${processName(seen)} is ending and not gone yet` : `${processName(seen)} still runs`,
    ),
    ...after.ports
      .filter(({ port }) => !listened.has(port))
      .map(({ port, by }) => `port ${port} is still listened on by ${by ?? "a process that we may not look at"}`),
    ...after.folders.map((folder) => `work folder ${folder} is still there`),
    // A look that was not possible is named: half a list would make every other file new, or gone.
    ...(before.unseen.length + after.unseen.length > 0 ? [] : fileChanges(before.files, after.files)),
    ...after.unfinished.map((entry) => `the undo log is not finished: ${entry}`),
  ];
}

function fileChanges(before: readonly SeenFile[], after: readonly SeenFile[]): Residue[] {
  const old = new Map(before.map((file) => [file.path, file]));
  const left = after.flatMap(({ path, sha256, size }) => {
    const was = old.get(path);
    old.delete(path);
    if (was === undefined) return [`file ${path} is new (${size} bytes)`];
    return was.sha256 === sha256
      ? []
      : [`file ${path} differs from before: sha256 ${short(was.sha256)}, now ${short(sha256)}`];
  });
  return [...left, ...[...old.keys()].map((path) => `file ${path} is gone`)];
}

function processName({ instance, what }: SeenProcess): string {
  return `${instance} (${what})`;
}

function short(sha256: string | undefined): string {
  return sha256 === undefined ? "unknown" : `${sha256.slice(0, 12)}…`;
}

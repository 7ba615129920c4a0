// The blast radius in words: in full for `rebound plan`, in a line for each intent when a run begins. Never wider than
// a terminal.

import { counted, shareText } from "../core/text.ts";
import { formatDuration } from "../core/duration.ts";
import type { Touched, TouchedService, TouchedSites } from "./touched.ts";
import { terminalColumns, wrap } from "./wrap.ts";

const labelWidth = 13;

/**
 * Every intent in full, then what holds for all. `stopFiles`: each of them ends what it stands for as soon as it is
 * there.
 */
export function describeTouched(touched: readonly Touched[], stopFiles: readonly string[]): string {
  const blocks = touched.map((one) => describeOne(one).join("\n"));
  const always = [
    "always:",
    ...entry("where", whereOf(touched)),
    ...entry("newcomers", "a replica that appears during a trial is seen and probed, and not proxied"),
    ...entry("way back", "on disk before each fault; last in, first out; after a crash: rebound restore"),
    ...entry("stop", `rebound stop, Ctrl-C, or a file: ${stopFiles.join(", or ")}`),
  ];
  return `What will be touched\n\n${[...blocks, always.join("\n")].join("\n\n")}`;
}

/** One line for each intent, for the beginning of a run. */
export function describeTouchedBriefly(touched: readonly Touched[]): string[] {
  return touched.map((one) => {
    const faults = one.faults.map((fault) => `${fault.fault} at ${amountOf(fault, one)}`);
    const what = [...faults, ...one.changes];
    const longest = what.length === 0 ? "" : `, for at most ${formatDuration(one.longestMs)}`;
    return `${one.intent} on ${one.target}: ${what.join("; ") || "touches nothing"}${longest}`;
  });
}

function whereOf(touched: readonly Touched[]): string {
  const own = "in stacks that Rebound starts itself, on this machine, from a fresh work folder";
  const attached = touched.filter(({ runsAlready }) => runsAlready !== undefined);
  if (attached.length === 0) return `only ${own}`;
  const there = "in what runs already, as said above: others may use it, and it goes on afterwards";
  return attached.length === touched.length ? `only ${there}` : `${own}; and ${there}`;
}

function describeOne(touched: Touched): string[] {
  const { intent, target, targetFile, runsAlready, trials, faults, changes, documentsEveryMs: every } = touched;
  const disturbs = faults.length > 0 || changes.length > 0;
  const ours = every === undefined ? "users' requests" : "users' requests and documents of ours";
  return [
    `${intent}: ${counted(trials, "trial")}`,
    ...entry("target", `${target} (chaos: allowed in ${targetFile})`),
    ...(runsAlready === undefined ? [] : entry("runs already", `${runsAlready}: whoever uses it feels what is done`)),
    ...faults.flatMap((fault) => describeFault(fault, touched)),
    ...together(touched),
    ...changes.flatMap((change) => entry("does", change)),
    ...(disturbs ? describeLimits(touched) : entry("touches", `nothing; ${ours} alone reach the stack`)),
    ...(every === undefined
      ? []
      : entry("writes", `a small document of our own every ${formatDuration(every)}; they end with the stack`)),
    ...entry("not touched", untouched(touched)),
  ];
}

function describeFault(fault: TouchedSites, touched: Touched): string[] {
  const params = Object.entries(fault.params).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  const isEdge = fault.sites.some((site) => site.includes("→"));
  const some = fault.sites.length > fault.atOnce ? ", by chance of each trial's seed" : "";
  return [
    ...entry("does", `${fault.fault}${params.length === 0 ? "" : ` with ${params.join(", ")}`}${fault.when ?? ""}`),
    ...entry("to", `${amountOf(fault, touched)}, at most ${shareText(touched.maxShare)} allowed`),
    ...entry(isEdge ? "edges" : "replicas", `${fault.sites.join(", ")}${some}`),
    ...(fault.feltBy === undefined ? [] : entry("felt by", `${fault.feltBy}: a repair there is within reach, too`)),
    ...entry("way back", fault.wayBack),
  ];
}

function amountOf(fault: Pick<TouchedSites, "atOnce" | "service" | "sites">, { services }: Touched): string {
  const there = services.find(({ service }) => service === fault.service)?.replicas ?? 0;
  const what = fault.sites.some((site) => site.includes("→")) ? "the edges to " : "";
  const whole = fault.atOnce >= there ? "ALL " : "";
  const share = shareText(fault.atOnce / Math.max(1, there));
  return `${what}${whole}${fault.atOnce} of ${counted(there, "replica")} of ${fault.service} (${share})`;
}

/** Said only where two faults meet at one service. */
function together({ faults, services }: Touched): string[] {
  const meeting = services.filter(({ service }) => faults.filter((fault) => fault.service === service).length > 1);
  return meeting.flatMap(({ service, atOnce, replicas }) =>
    entry("together", `${atOnce} of ${replicas} replicas of ${service} (${shareText(atOnce / replicas)})`),
  );
}

function describeLimits({ longestMs, maxDurationMs, abortIf }: Touched): string[] {
  return [
    ...entry("for at most", `${formatDuration(longestMs)}; the target allows ${formatDuration(maxDurationMs)}`),
    ...abortIf.flatMap(({ name, expression }) => entry("abort if", `${name}: ${expression}`)),
    ...(abortIf.length === 0 ? entry("abort if", "no condition") : []),
  ];
}

function untouched({ services }: Touched): string {
  const spared = services.filter(({ atOnce, replicas }) => atOnce < replicas).map(sparedOf);
  return [...spared, "all that is not of the stack"].join("; ");
}

function sparedOf({ service, atOnce, replicas }: TouchedService): string {
  if (atOnce === 0) return replicas === 1 ? service : `${service} (all ${replicas} replicas)`;
  return `${replicas - atOnce} of ${service}`;
}

/** A labelled text in a column of its own. */
function entry(label: string, text: string): string[] {
  return wrap(text, terminalColumns - 2 - labelWidth).map(
    (part, index) => `  ${(index === 0 ? label : "").padEnd(labelWidth)}${part}`,
  );
}

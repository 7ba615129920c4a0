// The composition root: puts platforms, proxy, load, probes and faults together into what a trial needs.

import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Fault } from "../core/fault.ts";
import type { TrialPlan } from "../core/plan.ts";
import { siteName } from "../core/platform.ts";
import type { Target, TargetEdge } from "../core/target.ts";
import type { Ms } from "../core/units.ts";
import { faults } from "../faults/index.ts";
import { launchLoad, type LaunchedLoad } from "../load/start.ts";
import { controlsFor, platformHandle } from "../platforms/processes/controls.ts";
import { startGuarded, type GuardedTarget } from "../platforms/processes/guarded-start.ts";
import { isListening } from "../platforms/processes/free-ports.ts";
import type { MachineWatch } from "../platforms/processes/machine-survey.ts";
import type { PressureSampler } from "../platforms/processes/pressure-sampler.ts";
import { isAlive, isRunning, startTimeOf } from "../platforms/processes/process-table.ts";
import { surveyStack } from "../platforms/processes/stack-survey.ts";
import { workDirFor } from "../platforms/processes/work-dir.ts";
import { edgeControl } from "../platforms/toxiproxy/edge-control.ts";
import type { EdgeProxies } from "../platforms/toxiproxy/edge-proxies.ts";
import { surveyEdges } from "../platforms/toxiproxy/edge-survey.ts";
import { openEdges } from "../platforms/toxiproxy/open-edges.ts";
import { openFeed } from "../probes/healer-claims.ts";
import { runProbe } from "../probes/schedule.ts";
import { makeProbes } from "../probes/table.ts";
import type { LoadControl, Emit, RunningStack, TrialClock } from "../trial/ports.ts";
import type { UndoLog } from "../trial/undo-log.ts";
import { ledgerOf } from "./wire-ledger.ts";

/** Every fault by its kind. */
export const faultTable: ReadonlyMap<string, Fault> = new Map(faults.map((fault) => [fault.kind, fault]));

/** A clock whose epoch is now, on the machine-wide monotonic clock that child processes can read too. */
export function startClock(): TrialClock {
  const epoch = process.hrtime.bigint();
  return { epochNs: String(epoch), now: () => Number(process.hrtime.bigint() - epoch) / 1e6 };
}

/** What starting a stack for a trial takes besides the plan. */
export interface StackContext {
  readonly target: Target;
  readonly cacheDir: string;
  readonly clock: TrialClock;
  readonly undo: UndoLog;
  /** The trial's own folder for what undoing needs; out of the stack's sight. */
  readonly undoDir: string;
  /** Environment that marks our own helper processes: proxy and load. */
  readonly mark: { readonly [name: string]: string };
  /** Looks at the processors for all trials of the run; without it nothing is measured. */
  readonly sampler?: PressureSampler;
  /** Is told everything that comes to be. */
  readonly machine: MachineWatch;
}

/**
 * Starts a fresh stack with a fault proxy on every edge. Work folder and processes are in the undo log before they
 * exist. Throws HarnessError "environment" or "interrupted" when it does not come up; then nothing of it is left.
 */
export async function startStack(context: StackContext, plan: TrialPlan, signal: AbortSignal): Promise<RunningStack> {
  const { target, cacheDir, undo, undoDir, machine } = context;
  const loss = lossBuffer();
  const instanceId = randomBytes(8).toString("hex");
  const proxy = await openEdges({
    seed: plan.seed,
    instanceId,
    journal: undo,
    mark: context.mark,
    onLost: (reason) => loss.tell({ kind: "trouble", where: "proxy", reason, fatal: true }),
  });
  // Beside the boot of the stack, which takes longer; its mark is in the run's undo log.
  const load = launchLoad(context.mark);
  let running: GuardedTarget | undefined;
  try {
    machine.add({ known: await named(load.pid, "the load generator") });
    machine.add({ instances: [{ marker: instanceId }], folders: [workDirFor(instanceId)] });
    await watchOurProxy(machine, proxy);
    const apiUrlFile = join(undoDir, "proxy-api-url");
    await writeFile(apiUrlFile, proxy.apiUrl, { mode: 0o600 });
    running = await startGuarded(
      target,
      {
        cacheDir,
        signal,
        seed: plan.seed,
        ablated: plan.ablated,
        unhealed: plan.arm === "unhealed",
        instanceId,
        edges: async (edge, upstream) => {
          const listen = await proxy.addEdge(proxyName(edge), upstream);
          machine.add({ ports: [portOf(listen)] });
          return listen;
        },
      },
      undo,
    );
    machine.add({ instances: [running.instance], ports: Object.values(running.ports) });
    return assemble({ ...context, plan, running, proxy, load, loss, apiUrlFile });
  } catch (thrown) {
    await load.end();
    await running?.end();
    await proxy.stop();
    throw thrown;
  }
}

/** Our own proxy must end with the trial; somebody else's must not. */
async function watchOurProxy(machine: MachineWatch, proxy: EdgeProxies): Promise<void> {
  if (proxy.pid === undefined) return;
  machine.add({ known: await named(proxy.pid, "the fault proxy"), ports: [portOf(new URL(proxy.apiUrl).host)] });
}

async function named(pid: number, what: string): Promise<NonNullable<Parameters<MachineWatch["add"]>[0]["known"]>> {
  const startTime = await startTimeOf(pid);
  return startTime === undefined ? [] : [{ pid, startTime, what }];
}

/** Of `host:port`. */
function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(":") + 1));
}

/** Whom to tell when the fault proxy is lost: the edges are then broken by us, and not by any fault. */
interface ProxyLoss {
  tell: Emit;
}

/** Keeps what is told before there is anybody to tell it to. */
function lossBuffer(): ProxyLoss & { readonly told: Parameters<Emit>[0][] } {
  const told: Parameters<Emit>[0][] = [];
  return { told, tell: (event) => void told.push(event) };
}

interface Parts extends StackContext {
  readonly loss: ReturnType<typeof lossBuffer>;
  readonly plan: TrialPlan;
  readonly running: GuardedTarget;
  readonly proxy: EdgeProxies;
  readonly load: LaunchedLoad;
  /** Holds the proxy's secret URL, for a later process. */
  readonly apiUrlFile: string;
}

function proxyName(edge: Pick<TargetEdge, "from" | "to">): string {
  return `${edge.from}-to-${edge.to}`;
}

function assemble(parts: Parts): RunningStack {
  const { target, running, proxy, clock } = parts;
  const names = target.edges.map((edge) => [
    siteName({ service: "", replica: edge.to, edgeFrom: edge.from }),
    proxy.nameOf(proxyName(edge)),
  ]);
  const feedUrl = target.feedUrl;
  const pids = new Map<string, number | null>();
  return {
    handle: platformHandle(running, { apiUrlFile: parts.apiUrlFile, names: Object.fromEntries(names) }),
    async inventory(signal) {
      const inventory = await running.inventory(signal);
      for (const { replica, pid } of inventory.replicas) pids.set(replica, pid);
      return inventory;
    },
    survey: surveyorOf(parts, Object.fromEntries(names)),
    isLiving: async ({ pid, port }) => pid !== null && (await isRunning(pid)) && (await isListening(port)),
    site(ref, seed, undoDir) {
      const bare = { ...ref, seed, undoDir };
      if (ref.edgeFrom === undefined) return { ...bare, controls: controlsFor(running, bare) };
      const name = proxy.nameOf(proxyName({ from: ref.edgeFrom, to: ref.replica }));
      return {
        ...bare,
        controls: controlsFor(running, bare, edgeControl(proxy.apiUrl, name, healthPathOf(target, ref.service))),
      };
    },
    runProbes: (record, signal) => runProbes(parts, pids, record, signal),
    ...(feedUrl === undefined
      ? {}
      : { feed: (record: Emit, signal: AbortSignal) => openFeed(running.fill(feedUrl), clock, signal, record) }),
    ...pressureOf(parts),
    ...ledgerOf(running, parts.plan, clock),
    startLoad: (record) => startLoadOn(parts, record),
    async stop() {
      const ended = running.end();
      const proxies = ended.catch(() => []).then(() => proxy.stop());
      // The load process ended with the load; one that was never begun is still there.
      await parts.load.end();
      return [...(await ended), ...(await proxies)];
    },
  };
}

function pressureOf({ running, sampler, clock }: Parts): Pick<RunningStack, "watchPressure"> {
  if (sampler === undefined) return {};
  const tree = { leader: running.pid, marker: running.instance.marker, folder: running.workDir };
  return {
    async watchPressure(record, signal) {
      record({ kind: "calibration", calibration: sampler.calibration });
      await sampler.watch({ tree, epochNs: clock.epochNs, record, signal });
    },
  };
}

function healthPathOf(target: Target, service: string): string {
  return target.services.find((candidate) => candidate.name === service)?.healthPath ?? "/";
}

async function runProbes(
  parts: Parts,
  pids: ReadonlyMap<string, number | null>,
  record: Emit,
  signal: AbortSignal,
): Promise<void> {
  const { target, running, plan, clock } = parts;
  parts.loss.tell = record;
  for (const event of parts.loss.told.splice(0)) record(event);
  const access = {
    replicas: (name: string) =>
      (target.services.find((service) => service.name === name)?.replicas ?? []).map((replica) => ({
        replica: replica.id,
        port: running.portOf(replica.id),
        pid: pids.get(replica.id) ?? null,
      })),
    healthPath: (name: string) => healthPathOf(target, name),
    isAlive,
  };
  const periods = new Map(plan.targetFacts.stateProbes.map(({ name, everyMs }) => [name, everyMs]));
  const specs = target.probes.map((spec) => ({ ...spec, everyMs: periods.get(spec.name) ?? spec.everyMs }));
  const probes = makeProbes(specs, access, plan.seed);
  await Promise.all(probes.map((probe) => runProbe(probe, { clock, record, signal, seed: plan.seed })));
}

/** Every process that a look at the stack finds is one to look for once the stack should be gone. */
function surveyorOf(
  { running, proxy, machine }: Parts,
  names: Readonly<{ [edge: string]: string }>,
): RunningStack["survey"] {
  const ties = { instances: [running.instance], folders: [running.workDir], known: [] };
  const look = surveyStack({
    workDir: running.workDir,
    ties: () => ties,
    inventory: (signal) => running.inventory(signal),
    edges: () => surveyEdges(proxy.apiUrl, names),
  });
  return async (_moment, signal, damages = []) => {
    const survey = await look(signal, damages);
    machine.add({ known: survey.processes });
    return survey;
  };
}

async function startLoadOn(parts: Parts, record: Emit): Promise<LoadControl> {
  const { running, plan, clock, load } = parts;
  const { traffic } = running.target;
  const handle = await load.start(
    {
      traffic: { ...traffic, url: running.fill(traffic.url) },
      spec: plan.load,
      seed: plan.seed,
      epochNs: clock.epochNs,
    },
    record,
  );
  return {
    begin: (at: Ms) => handle.begin(at),
    setRate: (times: number, at: Ms) => handle.setRate(times, at),
    stop: async () => void (await handle.stop()),
  };
}

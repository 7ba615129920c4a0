// The composition root of a trial: puts a platform, the load, probes and faults together into the ports that it needs.

import type { AgentPlace } from "../../agent/place.ts";
import { requestsFrom } from "../../agent/requests-from.ts";
import { isAllowedHost } from "../../core/addresses.ts";
import { isUnhealed } from "../../core/arms.ts";
import type { Instrument } from "../../records/instrument.ts";
import { HarnessError } from "../../core/errors.ts";
import type { HelperProcess } from "../../core/host.ts";
import type { Fault } from "../../core/fault.ts";
import { hasFeed } from "../../core/feed-source.ts";
import type { Inventory } from "../../records/inventory.ts";
import type { TrialPlan } from "../../records/plan.ts";
import type { Platform, PressureSampler, Stack } from "../../core/platform.ts";
import type { LoadControl, LoadSource, StreamOrder } from "../../core/load-source.ts";
import { withKeys } from "../../core/keys.ts";
import { streamsOf } from "../../core/streams.ts";
import type { Target } from "../../core/target.ts";
import { faults } from "../../faults/index.ts";
import { loadSources } from "../../load/index.ts";
import { launchStreams, type LaunchedStreams } from "../../load/launch-streams.ts";
import { openFeed, type OnFeedItem } from "../../probes/healer-claims.ts";
import { proveSignals } from "../../probes/metrics/prove.ts";
import { presetsAmong } from "../../probes/preset.ts";
import { listenToSource } from "../../probes/sources/listen.ts";
import { runProbe } from "../../probes/schedule.ts";
import { makeProbes } from "../../probes/table.ts";
import type { Emit, RunningStack, TrialClock } from "../../trial/ports.ts";
import { makeOperator } from "../../trial/operator.ts";
import type { UndoLog } from "../../trial/undo-log.ts";
import { deskOf } from "./desk.ts";
import type { TrialMachine } from "./trial-machine.ts";
import { tracesOf } from "./request-traces.ts";
import { targetAccess } from "./target-access.ts";

/** Every fault by its kind. */
export const faultTable: ReadonlyMap<string, Fault> = new Map(faults.map((fault) => [fault.name, fault]));

/** A clock whose epoch is now, on the machine-wide monotonic clock that child processes can read too. */
export function startClock(): TrialClock {
  const epoch = process.hrtime.bigint();
  return {
    epochNs: String(epoch),
    epochTime: new Date().toISOString(),
    now: () => Number(process.hrtime.bigint() - epoch) / 1e6,
  };
}

/** What starting a stack for a trial takes besides the plan. */
export interface StackContext {
  readonly platform: Platform;
  readonly target: Target;
  readonly cacheDir: string;
  readonly clock: TrialClock;
  readonly undo: UndoLog;
  /** The trial's own folder for what undoing needs; out of the stack's sight. */
  readonly undoDir: string;
  /** The trial's folder, for what is kept of it for people. */
  readonly keptDir: string;
  /** See `StartHow`. */
  readonly learningDir?: string;
  /** Environment that marks our own helper processes: proxy and load. */
  readonly mark: { readonly [name: string]: string };
  /** Looks at the processors for all trials of the run; without it nothing is measured. */
  readonly sampler?: PressureSampler;
  /** What the harness could do before the first trial; absent: nobody looked. */
  readonly instrument?: Instrument;
  /** The agent that sends the load; absent: this machine does. */
  readonly loadFrom?: AgentPlace;
  /** Is given everything that comes to be. */
  readonly machine: TrialMachine;
}

/**
 * Starts a fresh stack with a fault proxy on every edge, and the load process beside it. Throws HarnessError
 * "environment" or "interrupted" when it does not come up; then nothing of it is left.
 */
export async function startStack(context: StackContext, plan: TrialPlan, signal: AbortSignal): Promise<RunningStack> {
  const { platform, target, cacheDir, undo, undoDir, machine, mark, sampler } = context;
  const loss = lossBuffer();
  // Beside the boot of the stack, which takes longer; its mark is in the run's undo log.
  const orders = streamOrders(target, plan);
  const load = launchStreams(
    orders.map(({ stream }) => stream),
    mark,
    sourcesOf(context),
  );
  try {
    for (const helper of load.helpers) await machine.ours.addHelper(helper);
    const onLost = (reason: string): void => loss.tell({ kind: "trouble", where: "proxy", reason, fatal: true });
    const how = {
      cacheDir,
      seed: plan.seed,
      ablated: plan.ablated,
      unhealed: isUnhealed(plan.arm),
      ...(context.learningDir !== undefined && { learningDir: context.learningDir }),
      ...(plan.settings && { settings: plan.settings }),
      proxies: {
        secretsDir: undoDir,
        mark,
        onLost,
        onHelper: (helper: HelperProcess) => machine.ours.addHelper(helper),
      },
      machine: machine.stack,
      ...(sampler && { sampler }),
    };
    const stack = await platform.start(target, how, undo, signal);
    // The platform was given the names, and writes them down; whoever asks the stack gets the keys.
    const asked = withKeys(target, (name) => process.env[name]);
    return assemble({ ...context, target: asked, named: target, plan, stack, load, loss });
  } catch (thrown) {
    await load.end();
    throw thrown;
  }
}

/** An agent sends our own requests, and nothing else. */
function sourcesOf({ loadFrom, target, clock }: StackContext): readonly LoadSource[] {
  if (loadFrom === undefined) return loadSources;
  return [requestsFrom({ agent: loadFrom, addresses: target.addresses ?? [], epochNs: clock.epochNs })];
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
  /** The target with names in the place of keys. */
  readonly named: Target;
  readonly loss: ReturnType<typeof lossBuffer>;
  readonly plan: TrialPlan;
  readonly stack: Stack;
  readonly load: LaunchedStreams;
}

function assemble(parts: Parts): RunningStack {
  const { target, stack, clock, load, plan } = parts;
  let last: Inventory | undefined;
  return {
    handle: stack.handle,
    async inventory(signal) {
      return (last = await stack.inventory(signal));
    },
    survey: (signal, damages) => stack.survey(signal, damages),
    isLiving: (instance) => stack.isLiving(instance),
    site(ref, seed, undoDir) {
      const bare = { ...ref, seed, undoDir };
      return { ...bare, controls: stack.controls(bare) };
    },
    runProbes: (record, signal) => runProbes(parts, () => last, record, signal),
    ...feedOf(parts),
    ...pressureOf(parts),
    ...logOf(parts),
    ...proofOf(parts, () => last),
    ...deskOf({ target, stack, plan, clock, namedHeaders: parts.named.documents?.write.headers }),
    ...tracesOf({ target, stack, orders: streamOrders(target, plan), trial: clock.epochNs, seed: plan.seed }),
    startLoad: (record) => startLoadOn(parts, record),
    async stop() {
      const ended = stack.end();
      // The load process ended with the load; one that was never begun is still there.
      await load.end();
      return ended;
    },
  };
}

/** What is told by who does not heal, an alarm or an engine, is no word of a healer that is switched off. */
function feedOf(parts: Parts): Pick<RunningStack, "feed"> {
  const { target, plan } = parts;
  const tellsAnyway = plan.targetFacts.alarmsOnly === true || target.feedSource?.kind === "events";
  const isOff = isUnhealed(plan.arm) && tellsAnyway;
  if (!hasFeed(target) || isOff) return {};
  return { feed: (record, signal) => listen(parts, record, signal) };
}

/** The operator hears what the feed says. */
async function listen({ target, stack, clock, plan }: Parts, record: Emit, signal: AbortSignal): Promise<void> {
  const answer = stack.answerApproval;
  const operator = makeOperator({ script: plan.operator, answer, clock, record, signal });
  const onEvent: OnFeedItem = (event, data) => {
    record(event);
    if (event.kind === "claim" && data !== undefined) operator(event, data);
  };
  const { feedUrl, feedSource, addresses = [] } = target;
  if (feedUrl !== undefined) await openFeed(stack.fill(feedUrl), clock, signal, onEvent);
  if (feedSource === undefined) return;
  const replicas = target.services.flatMap(({ name, replicas: all }) => all.map(({ id }) => [id, name] as const));
  await listenToSource(feedSource, {
    clock,
    signal,
    onEvent,
    fill: (text) => stack.fill(text),
    allows: (host) => isAllowedHost(host, addresses),
    serviceOf: new Map(replicas),
    ...(stack.hearEvents && { hearEvents: stack.hearEvents }),
  });
}

function pressureOf({ stack, sampler, clock }: Parts): Pick<RunningStack, "watchPressure"> {
  const { watchPressure } = stack;
  if (sampler === undefined || watchPressure === undefined) return {};
  return {
    async watchPressure(record, signal) {
      record({ kind: "calibration", calibration: sampler.calibration });
      await watchPressure({ epochNs: clock.epochNs, record, signal });
    },
  };
}

function logOf({ stack, clock }: Parts): Pick<RunningStack, "watchLog"> {
  const { watchLog } = stack;
  if (watchLog === undefined) return {};
  return { watchLog: (record, signal) => watchLog({ now: () => clock.now(), record, signal }) };
}

function proofOf(
  { target, stack, clock }: Parts,
  inventory: () => Inventory | undefined,
): Pick<RunningStack, "proveSignals"> {
  const specs = presetsAmong(target.probes);
  if (specs.length === 0) return {};
  const access = targetAccess(target, stack, inventory);
  return { proveSignals: async (record, signal) => proveSignals(specs, { access, clock, record, signal }) };
}

async function runProbes(
  parts: Parts,
  inventory: () => Inventory | undefined,
  record: Emit,
  signal: AbortSignal,
): Promise<void> {
  const { target, stack, plan, clock } = parts;
  parts.loss.tell = record;
  for (const event of parts.loss.told.splice(0)) record(event);
  const periods = new Map(plan.targetFacts.stateProbes.map(({ name, everyMs }) => [name, everyMs]));
  // Of a stream's own probes its source gives the readings.
  const planned = target.probes.filter(({ name, ofStream }) => periods.has(name) && ofStream === undefined);
  const specs = planned.map((spec) => ({ ...spec, everyMs: periods.get(spec.name) ?? spec.everyMs }));
  const probes = makeProbes(specs, targetAccess(target, stack, inventory), plan.seed);
  await Promise.all(probes.map((probe) => runProbe(probe, { clock, record, signal, seed: plan.seed })));
}

async function startLoadOn(parts: Parts, record: Emit): Promise<LoadControl> {
  const { target, stack, plan, clock, load, instrument, undoDir, keptDir } = parts;
  if (instrument !== undefined) record({ kind: "instrument", instrument });
  const { seed } = plan;
  const order = { streams: streamOrders(target, plan), seed, epochNs: clock.epochNs, dir: target.dir };
  const folders = { kept: keptDir, work: undoDir };
  return load.start({ ...order, folders, fill: (text) => stack.fill(text) }, record);
}

/** What the target says of each stream that the plan sends. */
function streamOrders({ streams, name: of, file }: Target, { load }: TrialPlan): readonly StreamOrder[] {
  return streamsOf(load).map(({ name, ...spec }) => {
    const stream = name === undefined ? streams[0] : streams.find((candidate) => candidate.name === name);
    if (stream !== undefined) return { stream, load: spec, ...(name !== undefined && { name }) };
    const known = streams.map((each) => each.name).join(", ");
    throw new HarnessError("bad-input", `${of} has no stream "${name ?? ""}"`, { hint: `${file} has: ${known}` });
  });
}

// Starts a target as its target.yaml says and ends it again, leaving nothing: the stack never learns who started it.

import type { ProcessRef } from "../../core/host.ts";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { loopbackUrl } from "../../core/addresses.ts";
import { HarnessError } from "../../core/errors.ts";
import type { Inventory } from "../../records/inventory.ts";
import { isAllowedHost } from "../../core/addresses.ts";
import { reasonText } from "../../core/reasons.ts";
import type { Target } from "../../core/target.ts";
import type { Ms } from "../../core/units.ts";
import { ask } from "../../lib/ask.ts";
import { refuseForeignHosts } from "../target-http/allowed-hosts.ts";
import { refuseUnlessAllowed } from "../starting/allowed.ts";
import { ablationOf, learningOf, settingsOf, startCommandOf, unhealedOf } from "../starting/switches.ts";
import type { RunProgram, StartedProgram } from "../starting/run-program.ts";
import { fillTemplate, type TemplateValues } from "../starting/templates.ts";
import { edgeAddresses, keyValues, ownEnvironment, wiringOf, type EdgeRouter } from "./environment.ts";
import { allocatePorts, releasePorts } from "../starting/free-ports.ts";
import { startTimeOf, type Instance } from "./process-table.ts";
import { readPublished, trackIncarnations } from "./published.ts";
import { followLog, lastLines, redact } from "./stack-log.ts";
import { spawnProgram } from "./spawn-program.ts";
import { stopStack, type Stopped } from "./stop-stack.ts";

/** Ready is looked for this often: the boot phase is not longer than it must be. */
const readyPollMs: Ms = 40;

export interface StartOptions {
  /** Made by `createWorkDir`; gets the log (`stack.log`) and the operator's token (`.operator-token`, mode 0600). */
  readonly workDir: string;
  readonly cacheDir: string;
  readonly seed: number;
  /** Fixed ports by replica id; the others are looked for. */
  readonly ports?: Readonly<Record<string, number>>;
  /** Where calls on an edge shall go; undefined: straight to the replica. */
  readonly edges: EdgeRouter;
  /** Pathways whose action is a no-op. */
  readonly ablated: readonly string[];
  /** True: the stack starts without its healer. */
  readonly unhealed?: boolean;
  /** See `StartHow`. */
  readonly learningDir?: string;
  /** The value of each setting; what is absent has its default. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Marks every process of this start; unique, and free of words that tell the healer anything. */
  readonly instanceId: string;
  /** Ends the start (not the running stack). */
  readonly signal: AbortSignal;
  /** Makes the first process; absent: it is spawned here. */
  readonly run?: RunProgram;
  /** Called as soon as the first process runs and before anything is waited for. */
  readonly onStarted?: (leader: ProcessRef) => Promise<void>;
  /** Each line of the stack's output, secrets blacked out. */
  readonly onLog?: (line: string) => void;
}

/** A stack that answers. Whoever has it must `stop` it. */
export interface RunningTarget {
  readonly target: Target;
  readonly instance: Instance;
  readonly workDir: string;
  readonly logFile: string;
  /** Absent when the target has no operator control. */
  readonly tokenFile?: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly pid: number;
  readonly token: string;
  /** Tokens of those who may answer approvals, in the order of `token_envs`. */
  readonly approvers: readonly string[];
  readonly inventoryUrl: string;
  /** Files that the target published when it became ready. */
  readonly publishedFiles: readonly string[];
  /** Fills `{port:…}`, `{workDir}`, `{seed}` in a URL of target.yaml (traffic, feed) for this start. */
  fill(text: string): string;
  inventory(signal: AbortSignal): Promise<Inventory>;
  /** Where an instance of the newest inventory listens; undefined for any other. */
  portOf(instance: string): number | undefined;
  /**
   * Where a replica answers: one of target.yaml, or one that the inventory has shown since. Throws "bug" for others.
   */
  addressOf(replica: string): string;
  /** SIGTERM to the leader, `stop_timeout`, then SIGKILL to whatever is left. May be called again. */
  stop(): Promise<Stopped>;
}

/**
 * Starts the target and waits until its ready URL answers 200. Throws HarnessError "environment" (with the last lines
 * of its log) when it dies or does not become ready, "interrupted" on the signal; then nothing of it is left.
 */
export async function startTarget(target: Target, options: StartOptions): Promise<RunningTarget> {
  refuseUnlessAllowed(target);
  inventoryOf(target);
  await refuseForeignHosts(target);
  const ports = await choosePorts(target, options);
  let stop: (() => Promise<Stopped>) | undefined;
  try {
    const launched = await launch(target, options, ports);
    stop = launched.stop;
    const { leader } = launched.running.instance;
    if (leader !== undefined) await options.onStarted?.(leader);
    await waitUntilReady(target, launched, options.signal);
    const inventory = await launched.running.inventory(options.signal);
    const files = inventory.replicas.flatMap((replica) => replica.files ?? []).map((file) => file.path);
    return { ...launched.running, publishedFiles: files, stop: launched.stop };
  } catch (thrown) {
    if (stop === undefined) releasePorts(Object.values(ports));
    else await stop();
    throw thrown;
  }
}

interface Launched {
  readonly running: Omit<RunningTarget, "publishedFiles" | "stop">;
  readonly values: TemplateValues;
  readonly program: StartedProgram;
  readonly stop: () => Promise<Stopped>;
}

/** Throws HarnessError "bad-input" for a target that publishes none: nobody would know who runs where. */
export function inventoryOf({ name, file, inventoryUrl }: Target): string {
  if (inventoryUrl !== undefined) return inventoryUrl;
  throw new HarnessError("bad-input", `target ${name} publishes no inventory, and cannot be started yet`, {
    hint: `\`inventory\` in ${file} must name one; see targets/README.md, section 3`,
  });
}

async function choosePorts(target: Target, options: StartOptions): Promise<Record<string, number>> {
  const ports: Record<string, number> = { ...options.ports };
  const open = target.services
    .flatMap((service) => service.replicas)
    .map((replica) => replica.id)
    .filter((id) => ports[id] === undefined);
  // The instance id is part of the purpose: two runs with the same seed must not look in the same place.
  const found = await allocatePorts(open.length, options.seed, options.instanceId);
  for (const [index, id] of open.entries()) ports[id] = found[index] ?? 0;
  return ports;
}

async function launch(target: Target, options: StartOptions, ports: Record<string, number>): Promise<Launched> {
  const { workDir, cacheDir, seed, instanceId, run = spawnProgram, learningDir } = options;
  const approvers = (target.approvals?.tokenEnvs ?? []).map(() => newToken());
  const values = { workDir, cacheDir, seed, ports, token: newToken(), approvers };
  const told = {
    ...ownEnvironment(target.start.env, values, instanceId),
    ...wiringOf(target, values),
    ...(await edgeAddresses(target, ports, options.edges)),
    ...ablationOf(target, options.ablated, values),
    ...unhealedOf(target, options.unhealed ?? false),
    ...learningOf(target, learningDir),
    ...settingsOf(target, options.settings ?? {}),
  };
  const tokenFile = join(workDir, ".operator-token");
  if (target.control !== undefined) await writeFile(tokenFile, values.token, { mode: 0o600 });
  options.signal.throwIfAborted();
  const logFile = join(workDir, "stack.log");
  const unfilled = startCommandOf(target, options.ablated);
  const command = unfilled.map((word) => fillTemplate(word, values));
  const isOwnCommand = unfilled === target.start.command;
  const folders = [workDir, cacheDir, ...(learningDir === undefined ? [] : [learningDir])];
  const program = await run({ target, command, isOwnCommand, told, folders, logFile, signal: options.signal });
  const { pid } = program;
  const leader = await leaderOf(pid);
  const instance: Instance = leader === undefined ? { marker: instanceId } : { marker: instanceId, leader };
  const onLog = options.onLog;
  const secrets = [values.token, ...approvers, ...keyValues(target)];
  const endLog = onLog && followLog(logFile, (line) => onLog(redact(line, secrets)));
  const inventoryUrl = fillTemplate(inventoryOf(target), values);
  // Ports of replicas that appeared since the start.
  const later = new Map<string, number>();
  const incarnations = trackIncarnations();
  const running = {
    target,
    instance,
    workDir,
    logFile,
    ports,
    pid,
    inventoryUrl,
    token: values.token,
    approvers,
    ...(target.control === undefined ? {} : { tokenFile }),
    fill: (text: string) => fillTemplate(text, values),
    async inventory(signal: AbortSignal) {
      const published = await readPublished(inventoryUrl, signal, target.addresses ?? []);
      for (const { replica, port } of published) if (!(replica in ports)) later.set(replica, port);
      return incarnations.take(published);
    },
    portOf: (instance: string) => incarnations.portOf(instance),
    addressOf: (replica: string) => loopbackUrl(ports[replica] ?? later.get(replica) ?? strange(replica, target)),
  };
  let stopping: Promise<Stopped> | undefined;
  const stopOnce = async (): Promise<Stopped> => {
    const stopped = await stopStack(instance, target.start.stopTimeoutMs);
    await endLog?.();
    releasePorts(Object.values(ports));
    return stopped;
  };
  return { running, values, program, stop: () => (stopping ??= stopOnce()) };
}

function newToken(): string {
  return randomBytes(24).toString("hex");
}

async function leaderOf(pid: number): Promise<ProcessRef | undefined> {
  const startTime = await startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

async function waitUntilReady(target: Target, launched: Launched, signal: AbortSignal): Promise<void> {
  const { program, values } = launched;
  const url = fillTemplate(target.start.readyUrl, values);
  const deadline = performance.now() + target.start.timeoutMs;
  for (
    let why = await whyNotReady(url, signal, target);
    why !== undefined;
    why = await whyNotReady(url, signal, target)
  ) {
    if (signal.aborted) throw new HarnessError("interrupted", `ended while target ${target.name} was starting`);
    const exit = await program.ended();
    if (exit !== null) throw await notReady(launched, `ended (${exit}) before it was ready`);
    if (performance.now() > deadline) {
      throw await notReady(launched, `was not ready within ${target.start.timeoutMs} ms (${url} ${why})`);
    }
    await delay(readyPollMs);
  }
}

/** undefined: it answered 200; else what it did instead. */
async function whyNotReady(url: string, signal: AbortSignal, { addresses = [] }: Target): Promise<string | undefined> {
  const allows = (host: string): boolean => isAllowedHost(host, addresses);
  // A redirect may lead to any machine: it is an answer like any other, and not 200.
  const asked = await ask(url, { timeoutMs: 1_000, signal, allows, statusOnly: true });
  if (!asked.ok) return `did not answer: ${reasonText(asked.says)}`;
  return asked.status === 200 ? undefined : `answered ${asked.status}`;
}

async function notReady(launched: Launched, what: string): Promise<HarnessError> {
  const { running, program } = launched;
  const lines = (await program.lastLines?.(15)) ?? (await lastLines(running.logFile, 15));
  const said =
    lines.length === 0
      ? "it wrote nothing"
      : `its last words:\n${redact(lines.join("\n"), [running.token, ...running.approvers, ...keyValues(running.target)])}`;
  return new HarnessError("environment", `target ${running.target.name} ${what}; ${said}`, {
    hint: `try it alone: rebound up ${running.target.name}`,
  });
}

function strange(replica: string, target: Target): never {
  throw new HarnessError("bug", `target ${target.name} has no replica ${replica}`);
}

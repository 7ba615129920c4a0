// Starts a stack of processes with a fault proxy on every edge, and says how it is reached, looked at and ended.

import { randomBytes } from "node:crypto";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { Platform, Stack, StartHow } from "../../core/platform.ts";
import type { Target } from "../../core/target.ts";
import type { UndoJournal } from "../../core/undo.ts";
import { isAllowedHost } from "../../core/addresses.ts";
import { answerApproval } from "../target-http/answer-approval.ts";
import { surveyEdges } from "../toxiproxy/edge-survey.ts";
import { openStackEdges, type StackEdges } from "../toxiproxy/stack-edges.ts";
import { controlsFor, platformHandle } from "./controls.ts";
import type { EdgeRouter } from "./environment.ts";
import { isListening } from "../starting/free-ports.ts";
import type { RunProgram } from "../starting/run-program.ts";
import { startGuarded, type GuardedTarget } from "./guarded-start.ts";
import { commandsHere } from "./run-here.ts";
import { isProcessWatch, watchMachine, type ProcessWatch } from "./machine-survey.ts";
import { processOf } from "./instance.ts";
import { ownSampler } from "./pressure-sampler.ts";
import { isRunning } from "./process-table.ts";
import { surveyStack } from "./stack-survey.ts";
import { waysInto } from "./ways.ts";
import { workDirFor } from "./work-dir.ts";
import { redact } from "./stack-log.ts";
import { watchLog } from "./watch-log.ts";

/** Work folder and processes are in the journal before they exist. `run` makes the processes. See `Platform.start`. */
export function startStackWith(run?: RunProgram): Platform["start"] {
  return async (target, how, journal, signal) => startStack({ target, how, journal, signal, ...(run && { run }) });
}

interface Start {
  readonly target: Target;
  readonly how: StartHow;
  readonly journal: UndoJournal;
  readonly signal: AbortSignal;
  readonly run?: RunProgram;
}

async function startStack({ target, how, journal, signal, run }: Start): Promise<Stack> {
  const { cacheDir, seed, ablated, unhealed, learningDir, settings = {} } = how;
  const machine = machineOf(how);
  const instanceId = randomBytes(8).toString("hex");
  const onPort = (port: number): void => machine.add({ ports: [port] });
  const opening = { target, seed, instanceId, journal: waysInto(journal), onPort };
  const edges = how.proxies && (await openStackEdges(opening, how.proxies));
  try {
    machine.add({ instances: [{ marker: instanceId }], folders: [workDirFor(instanceId)] });
    const route: EdgeRouter = edges?.route ?? (() => undefined);
    const learning = learningDir === undefined ? {} : { learningDir };
    const told = { cacheDir, seed, ablated, unhealed, settings, instanceId, ...learning };
    const options = { ...told, signal, edges: route, ...(run && { run }) };
    const running = await startGuarded(target, options, journal);
    machine.add({ instances: [running.instance], ports: Object.values(running.ports) });
    const commands = commandsHere(target.dir, journal, (marker) => machine.add({ instances: [{ marker }] }));
    return stackOf({ running, machine, how, commands, ...(edges && { edges }) });
  } catch (thrown) {
    await edges?.proxies.stop();
    throw thrown;
  }
}

function machineOf({ machine }: StartHow): ProcessWatch {
  if (machine === undefined) return watchMachine();
  if (isProcessWatch(machine)) return machine;
  throw new HarnessError("bug", "this watch over the machine is another platform's");
}

interface Parts {
  readonly running: GuardedTarget;
  readonly machine: ProcessWatch;
  readonly how: StartHow;
  readonly commands: ReturnType<typeof commandsHere>;
  readonly edges?: StackEdges;
}

function stackOf(parts: Parts): Stack {
  const { running, edges, how, commands } = parts;
  return {
    handle: platformHandle(running, edges?.handle),
    inventory: (signal) => running.inventory(signal),
    addressOf: (replica) => running.addressOf(replica),
    fill: (text) => running.fill(text),
    mask: (text) => redact(text, [running.token, ...running.approvers]),
    isRunning: async (instance) => isRunning(processOf(instance)),
    async isLiving(instance) {
      const port = running.portOf(instance);
      return port !== undefined && (await isRunning(processOf(instance))) && isListening(port);
    },
    runIn: (replica) => commands.at(new URL(running.addressOf(replica)).port),
    controls: (site) => controlsFor(running, site, edges?.controlAt(site)),
    survey: surveyorOf(parts),
    ...approvalsOf(running),
    ...pressureOf(running, how),
    watchLog: (watched) => watchLog(running.logFile, [running.token, ...running.approvers], watched),
    notes: [
      ["inventory", running.inventoryUrl],
      ["log", running.logFile],
    ],
    async end() {
      const ended = running.end();
      const left = ended.catch(() => []).then(async () => (await edges?.proxies.stop()) ?? []);
      const beside = commands.end().catch((thrown: unknown) => [messageOf(thrown)]);
      return [...(await ended), ...(await left), ...(await beside)];
    },
  };
}

/** Every process that a look at the stack finds is one to look for once the stack should be gone. */
function surveyorOf({ running, edges, machine }: Parts): Stack["survey"] {
  const ties = { instances: [running.instance], folders: [running.workDir], known: [] };
  const look = surveyStack({
    workDir: running.workDir,
    ties: () => ties,
    inventory: (signal) => running.inventory(signal),
    edges: async () => (edges === undefined ? [] : surveyEdges(edges.proxies.apiUrl, edges.handle.names)),
  });
  return async (signal, damages = []) => {
    const survey = await look(signal, damages);
    machine.add({ known: survey.processes.map(({ instance, what }) => ({ ...processOf(instance), what })) });
    return survey;
  };
}

function approvalsOf(running: GuardedTarget): Pick<Stack, "answerApproval"> {
  const { target, approvers } = running;
  const { approvals, addresses = [] } = target;
  if (approvals === undefined) return {};
  const spec = { ...approvals, url: running.fill(approvals.url) };
  const allows = (host: string): boolean => isAllowedHost(host, addresses);
  return { answerApproval: (answer, signal) => answerApproval(spec, answer, { approvers, allows, signal }) };
}

function pressureOf(running: GuardedTarget, { sampler }: StartHow): Pick<Stack, "watchPressure"> {
  if (sampler === undefined) return {};
  const own = ownSampler(sampler);
  const tree = { leader: running.pid, marker: running.instance.marker, folder: running.workDir };
  return { watchPressure: (watched) => own.watch({ ...watched, tree }) };
}

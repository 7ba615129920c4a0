// Starts a stack of processes with a fault proxy on every edge, and says how it is reached, looked at and ended.

import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HarnessError } from "../../core/errors.ts";
import { siteName } from "../../core/controls.ts";
import type { BareSite, ProxyHow, Stack, StartHow } from "../../core/platform.ts";
import type { Target, TargetEdge } from "../../core/target.ts";
import type { UndoJournal } from "../../core/undo.ts";
import { isAllowedHost } from "../../core/addresses.ts";
import { answerApproval } from "../target-http/answer-approval.ts";
import { edgeControl } from "../toxiproxy/edge-control.ts";
import type { EdgeProxies } from "../toxiproxy/edge-proxies.ts";
import { surveyEdges } from "../toxiproxy/edge-survey.ts";
import { openEdges } from "../toxiproxy/open-edges.ts";
import { controlsFor, platformHandle } from "./controls.ts";
import type { EdgeRouter } from "./environment.ts";
import { isListening } from "../starting/free-ports.ts";
import { startGuarded, type GuardedTarget } from "./guarded-start.ts";
import { isProcessWatch, watchMachine, type ProcessWatch } from "./machine-survey.ts";
import { processOf } from "./instance.ts";
import { ownSampler } from "./pressure-sampler.ts";
import { isRunning } from "./process-table.ts";
import { surveyStack } from "./stack-survey.ts";
import { waysInto } from "./ways.ts";
import { workDirFor } from "./work-dir.ts";
import { redact } from "./stack-log.ts";
import { watchLog } from "./watch-log.ts";

/** Work folder and processes are in the journal before they exist. See `Platform.start`. */
export async function startStack(
  target: Target,
  how: StartHow,
  journal: UndoJournal,
  signal: AbortSignal,
): Promise<Stack> {
  const { cacheDir, seed, ablated, unhealed, learningDir, settings = {} } = how;
  const machine = machineOf(how);
  const instanceId = randomBytes(8).toString("hex");
  const edges = how.proxies && (await openProxies({ target, seed, instanceId, journal, machine }, how.proxies));
  try {
    machine.add({ instances: [{ marker: instanceId }], folders: [workDirFor(instanceId)] });
    const route: EdgeRouter = edges?.route ?? (() => undefined);
    const learning = learningDir === undefined ? {} : { learningDir };
    const options = { cacheDir, signal, seed, ablated, unhealed, settings, instanceId, edges: route, ...learning };
    const running = await startGuarded(target, options, journal);
    machine.add({ instances: [running.instance], ports: Object.values(running.ports) });
    return stackOf({ running, machine, how, ...(edges && { edges }) });
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

/** The fault proxies of one stack. */
interface Edges {
  readonly proxies: EdgeProxies;
  /** Holds the proxies' secret URL, for a later process. */
  readonly apiUrlFile: string;
  /** What the proxy of each edge is called, by `gateway→inference-1`. */
  readonly names: Readonly<Record<string, string>>;
  readonly route: EdgeRouter;
}

interface Opening {
  readonly target: Target;
  readonly seed: number;
  readonly instanceId: string;
  readonly journal: UndoJournal;
  readonly machine: ProcessWatch;
}

async function openProxies(opening: Opening, { secretsDir, mark, onLost, onHelper }: ProxyHow): Promise<Edges> {
  const { target, seed, instanceId, journal, machine } = opening;
  const proxies = await openEdges({ seed, instanceId, journal: waysInto(journal), mark, onLost });
  try {
    // Our own proxy must end with the trial; somebody else's must not.
    if (proxies.helper !== undefined) {
      await onHelper(proxies.helper);
      machine.add({ ports: [portOf(new URL(proxies.apiUrl).host)] });
    }
    const apiUrlFile = join(secretsDir, "proxy-api-url");
    await writeFile(apiUrlFile, proxies.apiUrl, { mode: 0o600 });
    const names = target.edges.map((edge) => [edgeName(edge), proxies.nameOf(proxyName(edge))] as const);
    return {
      proxies,
      apiUrlFile,
      names: Object.fromEntries(names),
      async route(edge, upstream) {
        const listen = await proxies.addEdge(proxyName(edge), upstream);
        machine.add({ ports: [portOf(listen)] });
        return listen;
      },
    };
  } catch (thrown) {
    await proxies.stop();
    throw thrown;
  }
}

function proxyName({ from, to }: Pick<TargetEdge, "from" | "to">): string {
  return `${from}-to-${to}`;
}

function edgeName({ from, to }: TargetEdge): string {
  return siteName({ service: "", replica: to, edgeFrom: from });
}

/** Of `host:port`. */
function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(":") + 1));
}

interface Parts {
  readonly running: GuardedTarget;
  readonly machine: ProcessWatch;
  readonly how: StartHow;
  readonly edges?: Edges;
}

function stackOf(parts: Parts): Stack {
  const { running, edges, how } = parts;
  return {
    handle: platformHandle(running, edges && { apiUrlFile: edges.apiUrlFile, names: edges.names }),
    inventory: (signal) => running.inventory(signal),
    addressOf: (replica) => running.addressOf(replica),
    fill: (text) => running.fill(text),
    mask: (text) => redact(text, [running.token, ...running.approvers]),
    isRunning: async (instance) => isRunning(processOf(instance)),
    async isLiving(instance) {
      const port = running.portOf(instance);
      return port !== undefined && (await isRunning(processOf(instance))) && isListening(port);
    },
    controls: (site) => controlsFor(running, site, edges && edgeOf(running.target, site, edges)),
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
      return [...(await ended), ...(await left)];
    },
  };
}

function edgeOf(target: Target, site: BareSite, { proxies, names }: Edges): ReturnType<typeof edgeControl> | undefined {
  const name = site.edgeFrom === undefined ? undefined : names[siteName(site)];
  if (name === undefined) return undefined;
  const service = target.services.find((candidate) => candidate.name === site.service);
  return edgeControl(proxies.apiUrl, name, service?.healthPath ?? "/");
}

/** Every process that a look at the stack finds is one to look for once the stack should be gone. */
function surveyorOf({ running, edges, machine }: Parts): Stack["survey"] {
  const ties = { instances: [running.instance], folders: [running.workDir], known: [] };
  const look = surveyStack({
    workDir: running.workDir,
    ties: () => ties,
    inventory: (signal) => running.inventory(signal),
    edges: async () => (edges === undefined ? [] : surveyEdges(edges.proxies.apiUrl, edges.names)),
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

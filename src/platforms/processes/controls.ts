// Builds a site's controls from a handle: the same code while the trial runs and in a later process that cleans up
// after it.

import { isAllowedHost } from "../../core/addresses.ts";
import { z } from "zod";
import { loopbackUrl } from "../../core/addresses.ts";
import { HarnessError } from "../../core/errors.ts";
import { siteName, type ControlName, type Controls } from "../../core/controls.ts";
import type { BareSite } from "../../core/platform.ts";
import type { Target } from "../../core/target.ts";
import type { Json } from "../../core/units.ts";
import { answerControl } from "../target-http/answer-control.ts";
import { maintenanceControl } from "../target-http/maintenance-control.ts";
import { modelsControl } from "../target-http/models-control.ts";
import { replicaControl, type Operator } from "../target-http/replica-control.ts";
import { selfRetrievalOf, vectorControl } from "../target-http/vector-control.ts";
import { workControl } from "../target-http/work-control.ts";
import { readSecret } from "../starting/secret-file.ts";
import type { EdgeOfProxy } from "../toxiproxy/edge-control.ts";
import { lateEdge, proxySchema, type ProxyHandle } from "../toxiproxy/late-edge.ts";
import { isProvableEdge } from "../toxiproxy/provable-edge.ts";
import { backupControl } from "./backup-control.ts";
import { deliveriesControl } from "./deliveries-control.ts";
import { clientControl } from "./client/client-control.ts";
import { fileControls } from "./file-control.ts";
import { deliveriesOf, deliveriesSchema, modelsOf, modelsSchema } from "./handle-parts.ts";
import { instanceOf } from "./instance.ts";
import { limitControl } from "./limit-control.ts";
import { processControl } from "./process-control.ts";
import { findInstance, startTimeOf } from "./process-table.ts";
import { placeSchema, placesOf, routeControl } from "./route-control.ts";
import { shareControl } from "./share-control.ts";
import { workerControl } from "./worker-control.ts";
import { livingOf, readPublished } from "./published.ts";
import type { RunningTarget } from "./start-target.ts";
import type { SiteRef } from "../../records/site.ts";

const handleSchema = z.object({
  platform: z.literal("processes"),
  target: z.string(),
  marker: z.string().min(1),
  leader: z.object({ pid: z.number().int(), startTime: z.string() }).exactOptional(),
  workDir: z.string(),
  /** Where the operator's token lies; the token itself is never written down elsewhere. */
  tokenFile: z.string().exactOptional(),
  ports: z.record(z.string(), z.number().int()),
  inventoryUrl: z.url(),
  /** What the target lists besides this machine. */
  addresses: z.array(z.string()).exactOptional(),
  startReplicaUrl: z.string().exactOptional(),
  reloadReplicaUrl: z.string().exactOptional(),
  maintainReplicaUrl: z.string().exactOptional(),
  workOnReplicaUrl: z.string().exactOptional(),
  works: z.array(z.string()).exactOptional(),
  models: modelsSchema.exactOptional(),
  deliveries: deliveriesSchema.exactOptional(),
  publishedFiles: z.array(z.string()),
  healthPaths: z.record(z.string(), z.string()),
  selfRetrieval: z.record(
    z.string(),
    z.object({ samplePath: z.string(), searchPath: z.string(), readBackPath: z.string().exactOptional() }),
  ),
  askedTwice: z
    .record(
      z.string(),
      z.object({
        path: z.string(),
        headers: z.record(z.string(), z.string()).exactOptional(),
        body: z.record(z.string(), z.json()),
        around: z.record(z.string(), z.json()),
        words: z.array(z.string()).exactOptional(),
        opposites: z.array(z.tuple([z.string(), z.string()])).exactOptional(),
      }),
    )
    .exactOptional(),
  places: z.array(placeSchema).exactOptional(),
  proxy: proxySchema.exactOptional(),
});

/** What a fresh process needs to find its way back to a running stack. Plain JSON, no secret in it. */
export type PlatformHandle = z.infer<typeof handleSchema>;

/** Makes the control of one edge from the proxy's API URL, the proxy's name and the replica's health path. */
export type EdgeControlMaker = (apiUrl: string, proxyName: string, healthPath: string) => EdgeOfProxy;

/** How long one look at the inventory may take, ms. */
const inventoryTimeoutMs = 3_000;

/** The way back to this stack, for the undo log. */
export function platformHandle(running: RunningTarget, proxy?: ProxyHandle): PlatformHandle {
  const { target, instance } = running;
  const {
    startReplicaUrl: startUrl,
    reloadReplicaUrl: reloadUrl,
    maintainReplicaUrl: maintainUrl,
    workOnReplicaUrl: workUrl,
    works,
  } = target.control ?? {};
  return {
    platform: "processes",
    target: target.name,
    marker: instance.marker,
    ...(instance.leader === undefined ? {} : { leader: instance.leader }),
    workDir: running.workDir,
    ...(running.tokenFile === undefined ? {} : { tokenFile: running.tokenFile }),
    ports: running.ports,
    inventoryUrl: running.inventoryUrl,
    ...(target.addresses === undefined ? {} : { addresses: [...target.addresses] }),
    ...(startUrl === undefined ? {} : { startReplicaUrl: running.fill(startUrl) }),
    ...(reloadUrl === undefined ? {} : { reloadReplicaUrl: running.fill(reloadUrl) }),
    ...(maintainUrl === undefined ? {} : { maintainReplicaUrl: running.fill(maintainUrl) }),
    ...(workUrl === undefined ? {} : { workOnReplicaUrl: running.fill(workUrl) }),
    ...(works === undefined ? {} : { works: [...works] }),
    ...(target.models === undefined ? {} : { models: modelsOf(target.models, (text) => running.fill(text)) }),
    ...(target.deliveries === undefined
      ? {}
      : { deliveries: deliveriesOf(target.deliveries, (text) => running.fill(text)) }),
    publishedFiles: [...running.publishedFiles],
    healthPaths: Object.fromEntries(target.services.map((service) => [service.name, service.healthPath])),
    selfRetrieval: selfRetrievalOf(target),
    askedTwice: askedTwiceOf(target),
    places: placesOf(target, running.ports),
    ...(proxy === undefined ? {} : { proxy }),
  };
}

/** Controls at a site of a running target; `edge` is the control of the site's edge, where it is one. */
export function controlsFor(running: RunningTarget, site: BareSite, edge?: EdgeOfProxy): Controls {
  const handle = platformHandle(running);
  return { ...build(handle, site), ...(edge && ofEdge(handle, site, edge)) };
}

/** The same controls from a handle that was read back. Throws HarnessError "environment" when it is not one of ours. */
export function controlsFromHandle(handle: Json, site: BareSite, makeEdge?: EdgeControlMaker): Controls {
  const parsed = handleSchema.safeParse(handle);
  if (!parsed.success) {
    throw new HarnessError("environment", `not a way back to a stack of processes: ${z.prettifyError(parsed.error)}`);
  }
  const controls = build(parsed.data, site);
  const { proxy, healthPaths } = parsed.data;
  const name = proxy?.names[siteName(site)];
  if (makeEdge === undefined || proxy === undefined || name === undefined) return controls;
  const edge = lateEdge(proxy.apiUrlFile, (apiUrl) => makeEdge(apiUrl, name, healthPaths[site.service] ?? "/"));
  return { ...controls, ...ofEdge(parsed.data, site, edge) };
}

function ofEdge({ places = [], healthPaths }: PlatformHandle, site: BareSite, edge: EdgeOfProxy): Controls {
  const routes = routeControl(places, healthPaths[site.service] ?? "/", edge.through);
  return { edge, strikes: edge, routes };
}

/** What the platform can offer at a site, by target.yaml alone; asked at plan time. */
export function offers(target: Target, site: SiteRef): readonly ControlName[] {
  const found: ControlName[] = ["process", "backups", "clients"];
  if (process.platform === "linux") found.push("workers", "limits", "shares");
  if (isProvableEdge(target, site)) found.push("edge", "strikes", "routes");
  if (target.control !== undefined) found.push("replica");
  if (target.control?.maintainReplicaUrl !== undefined) found.push("maintenance");
  if (target.control?.workOnReplicaUrl !== undefined) found.push("work");
  if (target.control !== undefined && target.models?.service === site.service) found.push("models");
  if (target.control !== undefined && target.deliveries?.service === site.service) found.push("deliveries");
  // Files are published at run time; only a service whose stored rows or answers we can look at has damage that we
  // could confirm.
  const [finds, answers] = [selfRetrievalOf(target), askedTwiceOf(target)].map(
    (one) => one[site.service] !== undefined,
  );
  if (finds === true || answers === true) found.push("files", "edits");
  if (finds === true) found.push("vectors");
  if (answers === true) found.push("answers");
  return found;
}

/** What the target lets its operators do to one replica. */
function operatorControls(
  handle: PlatformHandle,
  replica: string,
  asked: Pick<Operator, "allows" | "token">,
  seen: Pick<Parameters<typeof workControl>[0], "underWay" | "makers">,
): Pick<Controls, "replica" | "maintenance" | "work"> {
  const [url, reloadUrl, maintainUrl, workUrl] = [
    handle.startReplicaUrl,
    handle.reloadReplicaUrl,
    handle.maintainReplicaUrl,
    handle.workOnReplicaUrl,
  ].map((template) => template?.replaceAll("{replica}", replica));
  const how = { ...asked, instanceIn };
  return {
    ...(url !== undefined && {
      replica: replicaControl({ url, ...how, ...(reloadUrl !== undefined && { reloadUrl }) }),
    }),
    ...(maintainUrl !== undefined && { maintenance: maintenanceControl({ url: maintainUrl, ...how }) }),
    ...(workUrl !== undefined && {
      work: workControl({ url: workUrl, works: handle.works ?? [], ...seen, ...asked }),
    }),
  };
}

function build(handle: PlatformHandle, site: BareSite): Controls {
  const published = () =>
    readPublished(handle.inventoryUrl, AbortSignal.timeout(inventoryTimeoutMs), handle.addresses ?? []);
  const instance =
    handle.leader === undefined ? { marker: handle.marker } : { marker: handle.marker, leader: handle.leader };
  const { tokenFile, publishedFiles, workDir, models, deliveries } = handle;
  const allows = (host: string): boolean => isAllowedHost(host, handle.addresses ?? []);
  const token = (): Promise<string> => readSecret(tokenFile ?? "", "the operator's token of this stack");
  const hasEnded = async (): Promise<boolean> => (await findInstance(instance)).length === 0;
  const own = async () => (await published()).find(({ replica }) => replica === site.replica);
  const underWay = async () => (await own())?.underWay;
  const makers = async () => livingOf((await own())?.makers);
  const vector = handle.selfRetrieval[site.service];
  const asked = handle.askedTwice?.[site.service];
  const base = loopbackUrl(handle.ports[site.replica] ?? 0);
  return {
    process: processControl(instance, site.replica, published),
    ...(process.platform === "linux" && {
      workers: workerControl(instance),
      limits: limitControl(instance),
      shares: shareControl(instance),
    }),
    ...(handle.ports[site.replica] !== undefined && { clients: clientControl(base) }),
    ...fileControls({ workDir, replica: site.replica, publishedFiles }, published),
    backups: backupControl(site.undoDir),
    ...(tokenFile !== undefined && operatorControls(handle, site.replica, { allows, token }, { underWay, makers })),
    ...(models?.service !== site.service || tokenFile === undefined
      ? {}
      : { models: modelsControl({ spec: models, allows, token, hasEnded }) }),
    ...(deliveries?.service !== site.service || tokenFile === undefined
      ? {}
      : { deliveries: deliveriesControl({ spec: deliveries, base, allows, token, hasEnded }) }),
    ...(asked === undefined ? {} : { answers: answerControl(asked, base) }),
    ...(vector === undefined ? {} : { vectors: vectorControl({ ...vector, base, seed: site.seed }) }),
  };
}

const startedSchema = z.object({ pid: z.number().int().positive() });

/** The operator control answers with a pid. */
async function instanceIn(answer: unknown): Promise<string | undefined> {
  const pid = startedSchema.safeParse(answer).data?.pid;
  return pid === undefined ? undefined : instanceOf({ pid, startTime: (await startTimeOf(pid)) ?? "never seen" });
}

function askedTwiceOf(target: Target): NonNullable<PlatformHandle["askedTwice"]> {
  const asked = target.services.flatMap(({ name, askedTwice }) =>
    askedTwice === undefined ? [] : [[name, askedTwice]],
  );
  return Object.fromEntries(asked) as NonNullable<PlatformHandle["askedTwice"]>;
}

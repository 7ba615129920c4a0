// One stack of a Swarm as its manager shows it: services, the tasks in their slots, and the nodes that these run on.

import { z } from "zod";
import { HarnessError } from "../../../core/errors.ts";
import { ifThere, type Engine } from "../engine.ts";

/** What `docker stack deploy` writes on its services. */
export const stackLabel = "com.docker.stack.namespace";
/** By which an owner allows chaos, on every service of the stack: a Swarm is shared more often than not. */
const chaosLabel = "rebound.chaos";

const nodeSchema = z.object({
  ID: z.string(),
  Spec: z.object({ Availability: z.enum(["active", "pause", "drain"]) }),
  Description: z.object({ Hostname: z.string() }),
  Status: z.object({ State: z.string(), Addr: z.string().default("") }),
});

const serviceSchema = z.object({
  ID: z.string(),
  Version: z.object({ Index: z.number() }),
  Spec: z.looseObject({
    Name: z.string(),
    Labels: z.record(z.string(), z.string()).default({}),
    UpdateConfig: z.looseObject({ FailureAction: z.string().optional() }).optional(),
    TaskTemplate: z.looseObject({
      ContainerSpec: z.looseObject({ Image: z.string(), Init: z.boolean().optional() }),
      RestartPolicy: z.looseObject({ Condition: z.string().optional() }).optional(),
    }),
  }),
  UpdateStatus: z
    .object({ State: z.string().default(""), Message: z.string().default(""), StartedAt: z.string().default("") })
    .optional(),
});
export type ServiceNow = z.infer<typeof serviceSchema>;

const portSchema = z.object({ TargetPort: z.number(), PublishedPort: z.number(), PublishMode: z.string() });
const taskSchema = z.object({
  ID: z.string(),
  ServiceID: z.string(),
  Slot: z.number().optional(),
  NodeID: z.string().default(""),
  DesiredState: z.string(),
  CreatedAt: z.string(),
  Spec: z.object({
    ContainerSpec: z.object({ Image: z.string(), Command: z.array(z.string()).nullish(), Init: z.boolean().nullish() }),
    RestartPolicy: z.object({ Condition: z.string().optional() }).optional(),
  }),
  Status: z.object({
    State: z.string(),
    Message: z.string().default(""),
    Err: z.string().default(""),
    ContainerStatus: z.object({ ContainerID: z.string().default(""), PID: z.number().default(0) }).nullish(),
    PortStatus: z.object({ Ports: z.array(portSchema).nullish() }).nullish(),
  }),
});
type TaskNow = z.infer<typeof taskSchema>;

/** A node, by the manager. */
export interface SeenNode {
  readonly id: string;
  readonly name: string;
  /** Where it is reached by the others. */
  readonly address: string;
  readonly availability: "active" | "pause" | "drain";
  /** False once it has not answered the manager for some heartbeats. */
  readonly isReady: boolean;
}

/** A task, as it is now. It starts its container once: what comes after it is another task in the same slot. */
export interface SeenTask {
  readonly id: string;
  /** Without the stack's name. */
  readonly service: string;
  readonly serviceId: string;
  readonly slot: number;
  readonly node: SeenNode | undefined;
  readonly container: string;
  /** Of its first process, on its node; 0: none yet, or no more. */
  readonly pid: number;
  readonly init: boolean;
  readonly image: string;
  readonly command: string;
  /** It runs, and the manager wants it to. */
  readonly runs: boolean;
  readonly wanted: boolean;
  /** It runs, or did: what it is made of is what the slot was given last. */
  readonly started: boolean;
  /** It ended by itself, or never came up. */
  readonly failed: boolean;
  /** Why it does not run, in the manager's words; empty: it says nothing. */
  readonly trouble: string;
  readonly restarts: string;
  readonly createdAt: string;
  readonly ports: readonly { readonly inside: number; readonly published: number }[];
}

/** Equal exactly when it is the same task in the same container. */
export function instanceOf({ id, container }: Pick<SeenTask, "id" | "container">): string {
  return `task ${id}/${container.slice(0, 12)}`;
}

/** Every service of the stack, in the order of their names. */
export async function servicesOf({ docker }: Engine, stack: string): Promise<readonly ServiceNow[]> {
  const listed: unknown = await docker.listServices({ filters: { label: [`${stackLabel}=${stack}`] } });
  const services = read(z.array(serviceSchema), listed);
  return services.toSorted((a, b) => (a.Spec.Name < b.Spec.Name ? -1 : 1));
}

export async function nodesOf({ docker }: Engine): Promise<readonly SeenNode[]> {
  return read(z.array(nodeSchema), await docker.listNodes()).map((node) => ({
    id: node.ID,
    name: node.Description.Hostname,
    address: node.Status.Addr,
    availability: node.Spec.Availability,
    isReady: node.Status.State === "ready",
  }));
}

/** True while the manager replaces tasks of the service, or watches those that it has replaced. */
export function isUpdating({ UpdateStatus: status }: Pick<ServiceNow, "UpdateStatus">): boolean {
  return status?.State === "updating" || status?.State === "rollback_started";
}

/** When the manager began to take the service's last update back, by its own clock; undefined where it did not. */
export function takenBackAt({ UpdateStatus: status }: Pick<ServiceNow, "UpdateStatus">): string | undefined {
  return status?.State.startsWith("rollback") === true ? status.StartedAt : undefined;
}

/** Every task of the stack that the manager still knows, the newest of a slot first. */
export async function tasksOf(engine: Engine, stack: string): Promise<readonly SeenTask[]> {
  return tasksIn(engine, stack, await servicesOf(engine, stack));
}

/** Of these services of the stack. */
export async function tasksIn(
  engine: Engine,
  stack: string,
  services: readonly ServiceNow[],
): Promise<readonly SeenTask[]> {
  const nodes = await nodesOf(engine);
  const names = new Map(services.map(({ ID: id, Spec: { Name: name } }) => [id, shortName(stack, name)]));
  if (services.length === 0) return [];
  const listed: unknown = await engine.docker.listTasks({ filters: { service: [...names.keys()] } });
  const tasks = read(z.array(taskSchema), listed).map((task) =>
    seenOf(task, { service: names.get(task.ServiceID) ?? "", node: nodes.find(({ id }) => id === task.NodeID) }),
  );
  return tasks.toSorted((a, b) => (a.createdAt > b.createdAt ? -1 : 1));
}

/** One task without the others, which probes ask for often; undefined once the manager has forgotten it. */
export async function taskNow(
  { docker }: Engine,
  id: string,
): Promise<Pick<SeenTask, "id" | "container" | "pid" | "runs"> | undefined> {
  const found: unknown = await ifThere(docker.getTask(id).inspect());
  return found === undefined ? undefined : seenOf(read(taskSchema, found), { service: "", node: undefined });
}

function seenOf(task: TaskNow, { service, node }: Pick<SeenTask, "service" | "node">): SeenTask {
  const { Spec: spec, Status: status } = task;
  const { ContainerID: container = "", PID: pid = 0 } = status.ContainerStatus ?? {};
  const ports = (status.PortStatus?.Ports ?? []).filter(({ PublishMode: mode }) => mode === "host");
  const wanted = task.DesiredState === "running";
  return {
    id: task.ID,
    service,
    serviceId: task.ServiceID,
    slot: task.Slot ?? 1,
    node,
    container,
    pid,
    init: spec.ContainerSpec.Init === true,
    image: spec.ContainerSpec.Image.replace(/@sha256:(.{12}).*$/, " (sha256 $1)"),
    command: (spec.ContainerSpec.Command ?? []).join(" "),
    runs: status.State === "running" && wanted && container !== "",
    wanted,
    started: everRan(status),
    trouble: status.Err,
    failed: ["failed", "rejected", "complete"].includes(status.State),
    restarts: spec.RestartPolicy?.Condition ?? "any",
    createdAt: task.CreatedAt,
    ports: ports.map(({ TargetPort: inside, PublishedPort: published }) => ({ inside, published })),
  };
}

/**
 * A task that was superseded before it was placed is `shutdown` too, and one whose image is missing is `rejected`: both
 * without a container. One that failed says how far it came: `starting` is before its program ran.
 */
function everRan({ State: state, Message: message, ContainerStatus: container }: TaskNow["Status"]): boolean {
  if (state === "running" || state === "complete") return true;
  if (!["failed", "shutdown", "orphaned", "remove"].includes(state)) return false;
  return (container?.ContainerID ?? "") !== "" && message !== "starting";
}

/** `shop_web` is the service `web` of the stack `shop`. */
export function shortName(stack: string, name: string): string {
  return name.startsWith(`${stack}_`) ? name.slice(stack.length + 1) : name;
}

/** Throws HarnessError "environment" for an engine that manages no Swarm. */
export async function refuseNoManager(engine: Engine): Promise<void> {
  const info = z
    .object({ Swarm: z.object({ ControlAvailable: z.boolean().default(false) }).optional() })
    .safeParse(await engine.docker.info());
  if (info.data?.Swarm?.ControlAvailable === true) return;
  throw new HarnessError("environment", `the engine at ${engine.host} is no manager of a Swarm`, {
    hint: "name a manager's engine in DOCKER_HOST",
  });
}

/** Throws HarnessError "bad-input" for a stack that must not be touched, "environment" for one that is not there. */
export async function refuseStranger(engine: Engine, stack: string): Promise<void> {
  await refuseNoManager(engine);
  const services = await servicesOf(engine, stack);
  if (services.length === 0) {
    throw new HarnessError("environment", `the Swarm has no stack ${stack}`, {
      hint: `a stack is known by the label ${stackLabel} of its services: docker stack ls`,
    });
  }
  const silent = services.find(({ Spec: { Labels: labels } }) => labels[chaosLabel] !== "allowed");
  if (silent === undefined) return;
  throw new HarnessError("bad-input", `service ${silent.Spec.Name} does not allow chaos`, {
    hint: `its owner must give every service of ${stack} the label ${chaosLabel}=allowed (deploy.labels)`,
  });
}

function read<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new HarnessError("environment", `the Swarm's manager answers oddly: ${z.prettifyError(parsed.error)}`);
}

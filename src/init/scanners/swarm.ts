// A stack of a Docker Swarm: three plain GETs to its manager's socket (services, tasks, nodes), and nothing else.

import { existsSync } from "node:fs";
import { z } from "zod";
import { isLoopbackHost, loopbackUrl } from "../../core/addresses.ts";
import { messageOf } from "../../core/errors.ts";
import { kebabOf, notFound, renamed, type Found, type Scanner, type Seen, type SeenReplica } from "../seen.ts";
import { askSocket, engineSocket, noSocketAt } from "../socket.ts";

const stackLabel = "com.docker.stack.namespace";
const chaosLabel = "rebound.chaos";
/** A node that is the only one of its Swarm may say this of its own address. */
const anyAddress = "0.0.0.0";

const servicesSchema = z.array(
  z.object({
    ID: z.string(),
    Spec: z.object({
      Name: z.string(),
      Labels: z.record(z.string(), z.string()).nullish(),
      Mode: z.record(z.string(), z.unknown()),
      UpdateConfig: z.object({ FailureAction: z.string().optional() }).nullish(),
    }),
  }),
);
const tasksSchema = z.array(
  z.object({
    ServiceID: z.string(),
    Slot: z.number().optional(),
    NodeID: z.string().default(""),
    DesiredState: z.string(),
    Spec: z.object({ ContainerSpec: z.object({ Image: z.string() }) }),
    Status: z.object({
      State: z.string(),
      PortStatus: z
        .object({
          Ports: z
            .array(z.object({ TargetPort: z.number(), PublishedPort: z.number(), PublishMode: z.string() }))
            .nullish(),
        })
        .nullish(),
    }),
  }),
);
const nodesSchema = z.array(
  z.object({
    ID: z.string(),
    Description: z.object({ Hostname: z.string() }),
    Status: z.object({ Addr: z.string().default("") }),
  }),
);

export const swarm: Scanner = {
  name: "swarm",
  takes: "the socket of a manager, and with # after it a stack, such as /var/run/docker.sock#shop",
  async look(where) {
    const [socket, stack] = engineSocket(where);
    if (!existsSync(socket)) return notFound(noSocketAt(socket));
    try {
      const [services, tasks, nodes] = await Promise.all([
        askSocket(socket, "/services"),
        askSocket(socket, "/tasks"),
        askSocket(socket, "/nodes"),
      ]);
      return swarmSeen({ services, tasks, nodes, where: socket, ...(stack !== undefined && { stack }) });
    } catch (thrown) {
      const says = messageOf(thrown);
      return notFound(`${socket}: ${says === "answered 503" ? "its engine is no manager of a Swarm" : says}`);
    }
  },
};

interface Answers {
  readonly services: string;
  readonly tasks: string;
  readonly nodes: string;
  /** The socket. */
  readonly where: string;
  readonly stack?: string;
}

type Service = z.infer<typeof servicesSchema>[number];
type Task = z.infer<typeof tasksSchema>[number];

/** What a manager lists, of one stack; where it lists several, one must be named. */
export function swarmSeen({ services: listed, tasks, nodes, where, stack }: Answers): Found {
  const all = servicesSchema.parse(JSON.parse(listed));
  const stackOf = ({ Spec: { Labels: labels } }: Service): string | undefined => labels?.[stackLabel];
  const stacks = [...new Set(all.flatMap((service) => stackOf(service) ?? []))].toSorted();
  const wanted = stack ?? stacks[0];
  if (wanted === undefined) return notFound(`${where}: no service is of a stack`);
  if (stack === undefined && stacks.length > 1) {
    return notFound(
      `${where} has several stacks, name one of them: ${stacks.map((one) => `${where}#${one}`).join(", ")}`,
    );
  }
  const services = all.filter((service) => stackOf(service) === wanted);
  if (services.length === 0) {
    return notFound(`${where}: the Swarm has no stack ${wanted}; there is ${stacks.join(", ") || "none"}`);
  }
  const addresses = new Map(
    nodesSchema.parse(JSON.parse(nodes)).map(({ ID: id, Status: { Addr: address } }) => [id, address]),
  );
  const running = tasksSchema.parse(JSON.parse(tasks)).filter(({ DesiredState: state }) => state === "running");
  const replicas = services.flatMap((service) =>
    running
      .filter(({ ServiceID: id }) => id === service.ID)
      .toSorted((one, other) => (one.Slot ?? 0) - (other.Slot ?? 0))
      .map((task) => replicaOf(task, service, { stack: wanted, address: addresses.get(task.NodeID) ?? "" })),
  );
  const others = [...new Set(addresses.values())].filter(
    (one) => one !== "" && one !== anyAddress && !isLoopbackHost(one),
  );
  const seen: Seen = {
    by: "swarm",
    who: "Swarm",
    where: `${where}#${wanted}`,
    start: [],
    stack: {
      name: wanted,
      addresses: others.toSorted(),
      rollsBack: services.some(({ Spec: spec }) => spec.UpdateConfig?.FailureAction === "rollback"),
      unlabelled: services.flatMap(({ Spec: { Name: name, Labels: labels } }) =>
        labels?.[chaosLabel] === "allowed" ? [] : [name],
      ),
    },
    variable: (name) => `\${${name}}`,
    heals: "Swarm places another task for one that ended, as its restart_policy says, or whose node is lost.",
    hides:
      "running is also its word for a task that hangs, unless a health check ends it; a node is missed after some " +
      "heartbeats and not before; an update that is complete says nothing of what users get",
    replicas: renamed(replicas),
  };
  return { ok: true, seen };
}

function replicaOf(
  task: Task,
  service: Service,
  at: { readonly stack: string; readonly address: string },
): SeenReplica {
  const { stack, address } = at;
  const { Name: full } = service.Spec;
  const name = full.startsWith(`${stack}_`) ? full.slice(stack.length + 1) : full;
  const hosted = (task.Status.PortStatus?.Ports ?? []).filter(({ PublishMode: mode }) => mode === "host");
  // A global service has a task on each node, and no slots.
  const isGlobal = task.Slot === undefined;
  const why = isGlobal ? "; global, so that it has no slots" : hosted.length === 0 ? "; no port of the mode host" : "";
  const [first] = hosted;
  const host = address === anyAddress || address === "" ? undefined : address;
  return {
    service: kebabOf(name),
    replica: kebabOf(`${name}-${task.Slot ?? 1}`),
    called: `${full}.${task.Slot ?? 1} (${task.Spec.ContainerSpec.Image.replace(/@sha256:.*$/, "")})`,
    says: `${task.Status.State}${why}`,
    ports: isGlobal ? [] : hosted.map(({ TargetPort: port }) => port),
    container: `${name}-${task.Slot ?? 1}`,
    ...(first && {
      url: host === undefined ? loopbackUrl(first.PublishedPort) : `http://${host}:${first.PublishedPort}`,
    }),
  };
}

// Containers of a compose project: one plain GET to the engine's socket, and nothing else.

import { existsSync } from "node:fs";
import { z } from "zod";
import { messageOf } from "../../core/errors.ts";
import { kebabOf, notFound, renamed, type Scanner, type Seen } from "../seen.ts";
import { askSocket, engineSocket, noSocketAt } from "../socket.ts";

/** What a container of a Swarm has. */
const stackLabel = "com.docker.stack.namespace";

const listSchema = z.array(
  z.object({
    Names: z.array(z.string()),
    Image: z.string(),
    State: z.string(),
    Status: z.string(),
    Labels: z.record(z.string(), z.string()).nullish(),
    Ports: z
      .array(z.object({ PrivatePort: z.number(), PublicPort: z.number().optional(), Type: z.string() }))
      .nullish(),
  }),
);

export const containers: Scanner = {
  name: "containers",
  takes: "the engine's socket, and with # after it a project, such as /var/run/docker.sock#shop",
  async look(where) {
    const [socket, project] = engineSocket(where);
    if (!existsSync(socket)) return notFound(noSocketAt(socket));
    try {
      return containersSeen(await askSocket(socket, "/containers/json"), socket, project);
    } catch (thrown) {
      return notFound(`${socket}: ${messageOf(thrown)}`);
    }
  },
};

/** What the engine lists, of one project; where it lists several, one must be named. */
export function containersSeen(text: string, where: string, project?: string): ReturnType<typeof notFound> {
  const all = listSchema.parse(JSON.parse(text)).map((one) => ({ ...one, of: placeOf(one.Labels ?? {}) }));
  const projects = [...new Set(all.flatMap(({ of }) => of?.project ?? []))].toSorted();
  const wanted = project ?? projects[0];
  if (wanted === undefined) return notFound(`${where}: no container is of a compose project`);
  if (project === undefined && projects.length > 1) {
    return notFound(
      `${where} has several projects, name one of them: ${projects.map((one) => `${where}#${one}`).join(", ")}`,
    );
  }
  if (all.some(({ Labels }) => Labels?.[stackLabel] === wanted))
    return notFound(`${where}: ${wanted} is a stack of a Swarm: --from swarm=${where}#${wanted}`);
  // An engine lists the newest first.
  const listed = all.toSorted((one, other) =>
    placeWords(one.of).localeCompare(placeWords(other.of), "en", { numeric: true }),
  );
  const replicas = listed.flatMap(({ Names, Image, State, Status, Ports, of }) => {
    if (of?.project !== wanted) return [];
    const name = Names[0]?.replace(/^\//, "") ?? of.service;
    const ports = (Ports ?? [])
      .filter(({ Type }) => Type === "tcp")
      // A port that is published is the one that users can ask.
      .toSorted((a, b) => Number(b.PublicPort !== undefined) - Number(a.PublicPort !== undefined))
      .map(({ PrivatePort }) => PrivatePort);
    const replica = kebabOf(`${of.service}${of.number === undefined ? "" : `-${of.number}`}`);
    return [
      {
        service: kebabOf(of.service),
        replica,
        called: `${name} (${Image})`,
        says: `${State}, ${Status}`,
        ports: [...new Set(ports)],
        container: `${of.service}-${of.number ?? "1"}`,
      },
    ];
  });
  if (replicas.length === 0)
    return notFound(`${where}: no container of ${wanted}; there is ${projects.join(", ") || "none"}`);
  const seen: Seen = {
    by: "containers",
    who: "the Docker engine",
    where: `${where}#${wanted}`,
    start: [],
    project: wanted,
    variable: (name) => `\${${name}}`,
    heals: "The engine starts a container again as its restart policy says.",
    hides:
      "running is also its word for a container that hangs, and unhealthy restarts nothing on a plain engine; a kill by " +
      "the API disarms the restart policy, a crash inside does not; OOMKilled stays true after a restart",
    replicas: renamed(replicas),
  };
  return { ok: true, seen };
}

const placeWords = (of: ReturnType<typeof placeOf>): string => `${of?.service ?? ""} ${of?.number ?? ""}`;

/** Labels of compose. */
function placeOf(labels: Readonly<Record<string, string>>) {
  const [project, service] = [labels["com.docker.compose.project"], labels["com.docker.compose.service"]];
  if (project === undefined || service === undefined) return undefined;
  return { project, service, number: labels["com.docker.compose.container-number"] };
}

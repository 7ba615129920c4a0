// supervisord: getAllProcessInfo and getAllConfigInfo by XML-RPC, over the socket or the port of its configuration.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { loopbackUrl } from "../../core/addresses.ts";
import { ask } from "../../lib/ask.ts";
import { fileTrouble } from "../../lib/fs.ts";
import { kebabOf, notFound, programOf, renamed, type Found, type Scanner } from "../seen.ts";
import { withPorts, type SeenProcesses } from "../with-ports.ts";
import { askSocket } from "../socket.ts";

/** Debian's, supervisor's own, and that of a project. */
const usualPlaces = [
  "supervisord.conf",
  "/etc/supervisor/supervisord.conf",
  "/etc/supervisord.conf",
  "/run/supervisor.sock",
  "/var/run/supervisor.sock",
  "/tmp/supervisor.sock",
];

export const supervisord: Scanner = {
  name: "supervisord",
  takes: "its configuration, its socket, or the URL of its HTTP server",
  async look(where) {
    const places = where === undefined ? usualPlaces.filter((place) => existsSync(place)) : [where];
    if (places.length === 0) return notFound(`none of ${usualPlaces.join(", ")} is there`);
    const tried: string[] = [];
    for (const place of places) {
      const found = await lookAt(place);
      if (found.ok) return found;
      tried.push(`${place}: ${found.reason}`);
    }
    return notFound(tried.join("; "));
  },
};

async function lookAt(place: string): Promise<Found> {
  try {
    const isConf = /\.(?:conf|ini)$/.test(place);
    const server = isConf ? serverIn(await readFile(place, "utf8"), dirname(resolve(place))) : place;
    if (server === undefined) return notFound("it names neither [unix_http_server] nor [inet_http_server]");
    const call = async (method: string): Promise<string> => rpc(server, method);
    const answers = {
      processes: await call("supervisor.getAllProcessInfo"),
      config: await call("supervisor.getAllConfigInfo"),
      where: server,
      ...(isConf && { file: resolve(place) }),
    };
    return await withPorts(supervisordSeen(answers));
  } catch (thrown) {
    return notFound(fileTrouble(thrown));
  }
}

/** Socket or URL by the text of a configuration; a variable of its environment cannot be filled in. */
export function serverIn(conf: string, here: string): string | undefined {
  const section = (name: string): string => conf.split(/^\[/m).find((part) => part.startsWith(`${name}]`)) ?? "";
  const valueOf = (text: string, key: string): string | undefined =>
    new RegExp(`^${key}\\s*=\\s*([^;\\n]*?)\\s*(?:;.*)?$`, "m").exec(text)?.[1]?.replaceAll("%(here)s", here);
  const file = valueOf(section("unix_http_server"), "file");
  if (file !== undefined) return file;
  const port = valueOf(section("inet_http_server"), "port")?.replace(/^.*:/, "");
  return port === undefined ? undefined : loopbackUrl(port);
}

async function rpc(server: string, method: string): Promise<string> {
  const body = `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params></params></methodCall>`;
  if (!server.startsWith("http://")) return askSocket(server, "/RPC2", { body });
  const headers = { "content-type": "text/xml" };
  const asked = await ask(new URL("/RPC2", server).href, { method: "POST", body, headers, timeoutMs: 3_000 });
  if (!asked.ok) throw new Error(asked.says);
  if (asked.status !== 200) throw new Error(`answered ${asked.status}`);
  return asked.text;
}

interface Answers {
  readonly processes: string;
  readonly config: string;
  readonly where: string;
  readonly file?: string;
}

/** What these answers say. */
export function supervisordSeen({ processes, config, where, file = "supervisord.conf" }: Answers): SeenProcesses {
  const commands = new Map(structsIn(config).map((one) => [`${one["group"]}:${one["name"]}`, one["command"] ?? ""]));
  const listed = structsIn(processes);
  const replicas = renamed(
    listed.map(({ name = "", group = "", statename: says = "" }) => {
      const command = commands.get(`${group}:${name}`) ?? "";
      const called = `${group === name ? name : `${group}:${name}`} (${programOf(command)})`;
      const own = name === group || name.startsWith(group) ? name : `${group}-${name}`;
      return { service: kebabOf(group), replica: kebabOf(own), called, says, ports: [] };
    }),
  );
  const seen = {
    by: "supervisord",
    who: "supervisord",
    where,
    start: ["supervisord", "--nodaemon", "-c", file],
    variable: (name: string) => `%(ENV_${name})s`,
    heals: "supervisord starts a process again that ended (autorestart).",
    hides:
      "RUNNING is also its word for a process that hangs; after startsecs it restarts without limit or back-off, and " +
      "after exit code 0 not at all unless autorestart=true",
    replicas,
  };
  return { seen, numbers: listed.map((one) => Number(one["pid"] ?? 0)) };
}

/** Every struct of an answer, with its plain members as texts. */
function structsIn(xml: string): readonly Readonly<Record<string, string>>[] {
  return [...xml.matchAll(/<struct>([\s\S]*?)<\/struct>/g)].map(([, inside = ""]) =>
    Object.fromEntries(
      [...inside.matchAll(/<name>(\w+)<\/name>\s*<value>(?:<\w+>)?([^<]*)/g)].map(([, name = "", text = ""]) => [
        name,
        text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&"),
      ]),
    ),
  );
}

// `rebound agent`: sends the load of runs on other machines from here.

import { keyFromEnvironment } from "../../agent/place.ts";
import { anyOwnPort, type HostPort } from "../../core/host-port.ts";
import { serveAgent } from "../../agent/serve.ts";
import { realTools } from "../../agent/session.ts";
import { untilAsked } from "../../lib/proc.ts";
import { printLines, sayLines } from "../table.ts";

export interface AgentOptions {
  readonly listen?: HostPort;
  readonly allow: readonly string[];
}

/** Serves until SIGINT, SIGTERM or SIGHUP. Exit code 0 then, 3 without a token, 4 when it cannot listen. */
export async function agent({ listen = anyOwnPort, allow }: AgentOptions): Promise<number> {
  const place = { ...listen, key: keyFromEnvironment(process.env) };
  const asked = untilAsked();
  await using serving = await serveAgent(place, realTools(allow), (says) => sayLines([says]));
  const loads = ["this machine", ...allow].join(", ");
  printLines([`rebound agent listens on ${serving.at} · loads ${loads} · Ctrl-C ends it`]);
  await asked;
  return 0;
}

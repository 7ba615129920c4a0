// Whether an agent can send the load of a run: asked before anything is started.

import { hostOf, isAllowedHost, isLoopbackHost } from "../core/addresses.ts";
import { HarnessError, type Problem } from "../core/errors.ts";
import { requestsOf } from "../core/session.ts";
import type { Target } from "../core/target.ts";
import { connectAgent } from "./connect.ts";
import { ownPlace, type AgentPlace } from "./place.ts";
import { placeText } from "../core/host-port.ts";
import { notAllowed } from "./session.ts";

/** What of an agent decides. */
interface AgentSight {
  /** Its loopback is ours. */
  readonly isHere: boolean;
  /** Hosts that it may load besides its own machine. */
  readonly allows: readonly string[];
}

/**
 * Throws HarnessError "environment" when the agent does not answer, and "bad-input" with every stream of the targets
 * that it cannot send, or that from there would go to another machine.
 */
export async function refuseUnfitAgent(agent: AgentPlace, targets: readonly Target[]): Promise<void> {
  const link = await connectAgent(agent, process.hrtime.bigint());
  link.channel.end();
  const { place, allows } = link.hello;
  const problems = targets.flatMap((target) => unfitStreams(target, { isHere: place === ownPlace(), allows }));
  if (problems.length === 0) return;
  throw new HarnessError("bad-input", `the agent at ${placeText(agent)} cannot send this load; nothing was started`, {
    problems,
    hint: "src/agent/README.md says what an agent may load",
  });
}

/** Everything of a target that this agent cannot send. */
export function unfitStreams({ file, streams }: Target, { isHere, allows }: AgentSight): readonly Problem[] {
  const place = { file, line: 1, column: 1 };
  return streams.flatMap((stream): readonly Problem[] => {
    const of = `the stream ${stream.name}`;
    if ("source" in stream) {
      const expected = "requests of our own, where an agent sends them";
      return [{ place, found: `${of} comes from ${stream.source}`, expected }];
    }
    const hosts = new Set(requestsOf(stream).map(({ url }) => hostOf(url) ?? ""));
    return [...hosts].flatMap((host): readonly Problem[] => {
      if (isLoopbackHost(host) && !isHere) {
        const found = `${of} goes to ${host}, which is another machine where the agent runs`;
        const suggestion = "list that address under `addresses`, and have the stack listen there";
        return [{ place, found, expected: "an address of this machine that others reach", suggestion }];
      }
      if (isAllowedHost(host, allows)) return [];
      const expected = "a host that the agent allows";
      return [{ place, found: `${of} goes to ${host}`, expected, suggestion: notAllowed(host) }];
    });
  });
}

// What an agent could do: it loads a target that does nothing, there, as the harness does before each run.

import type { TriedLoad } from "../core/load-source.ts";
import { connectAgent } from "./connect.ts";
import type { AgentPlace } from "./place.ts";

/** Two processes start, and are asked for a second or more, ms. */
const triedMs = 60_000;

/** As `loadNothing`, at the agent. `asked`: requests a second. */
export async function tryLoadFrom(agent: AgentPlace, asked: number): Promise<TriedLoad> {
  const { channel, next } = await connectAgent(agent, process.hrtime.bigint());
  try {
    const tried = next("tried", triedMs);
    channel.send({ type: "try", askedPerSecond: asked });
    return (await tried).message;
  } finally {
    channel.end();
  }
}

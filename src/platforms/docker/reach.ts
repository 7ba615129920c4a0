// Whether something listens in a container. The engine's own proxy takes every connection to a published port, so that
// the container's address is asked; a port that is published says it only where no address leads there.

import { connect } from "node:net";
import { loopbackHost } from "../../core/addresses.ts";
import { addressesOf, publishedPort, type SeenContainer } from "./containers.ts";

const withinMs = 500;

export async function isListening(container: SeenContainer, port: number): Promise<boolean> {
  for (const address of addressesOf(container)) {
    const answer = await knock(address, port);
    if (answer !== "silence") return answer === "taken";
  }
  const published = publishedPort(container, port);
  return published !== undefined && (await knock(loopbackHost, published)) === "taken";
}

export function knock(host: string, port: number): Promise<"taken" | "refused" | "silence"> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: withinMs });
    const over = (answer: "taken" | "refused" | "silence"): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => over("taken"));
    socket.once("timeout", () => over("silence"));
    socket.once("error", (error: NodeJS.ErrnoException) => over(error.code === "ECONNREFUSED" ? "refused" : "silence"));
  });
}

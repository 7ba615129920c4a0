// Does anybody take a connection? All that can be asked of a server whose protocol we do not speak.

import { once } from "node:events";
import { connect } from "node:net";

/** Resolves once the connection is taken, and closes it; rejects as the system says, or with the signal's reason. */
export async function connectOnce(address: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(port || "80") });
  // Whatever comes after the connection was taken is no answer to our question.
  socket.on("error", () => undefined);
  try {
    await once(socket, "connect", { signal });
  } catch (thrown) {
    throw signal.aborted ? signal.reason : thrown;
  } finally {
    socket.destroy();
  }
}

// Makes a server hand over its clients as sockets that read into lent buffers, as our upstream sockets do. Node offers
// that (`onread`) for sockets that connect, but not for those that a server accepts; so this takes the new connection
// at the place where Node's own server does. Where a Node has no such place, clients are accepted the ordinary way, at
// half the upload throughput and the same bytes.

import { Socket, type Server } from "node:net";
import type { LentReading } from "./lent-buffer.ts";

/** A client that was accepted, as a socket once it is known what to do with its reads. */
export type OpenClient = (onread: LentReading["onread"]) => Socket;

/** The parts of Node's internals that are used (lib/net.js: `onconnection`). */
interface InternalServer {
  readonly _handle?: { onconnection?: (error: number, client: object | undefined) => void } | null;
}

/**
 * Calls `accept` for every client of a listening server. True when clients read into lent buffers; false when this Node
 * does not allow it, and `accept` was bound to the server's "connection" event instead.
 */
export function acceptClients(server: Server, accept: (open: OpenClient) => void): boolean {
  // oxlint-disable-next-line no-underscore-dangle -- Node's own name
  const handle = (server as unknown as InternalServer)._handle;
  if (typeof handle?.onconnection !== "function") {
    server.on("connection", (client: Socket) => accept(() => client));
    return false;
  }
  handle.onconnection = (error, client) => {
    // Too many open files, or a client that was gone at once: as with Node's own server there is nobody to serve.
    if (error !== 0 || client === undefined) return;
    accept((onread) => openLent(client, onread));
  };
  return true;
}

/** Paused: reading begins with `resume`, when there is somewhere for the bytes to go. */
function openLent(handle: object, onread: LentReading["onread"]): Socket {
  const options = { handle, onread, allowHalfOpen: true, pauseOnCreate: true, readable: true, writable: true };
  return new Socket(options);
}

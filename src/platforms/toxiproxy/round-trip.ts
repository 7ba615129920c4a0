// One round trip over a fresh connection, timed.

import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import type { Ms } from "../../core/units.ts";

/**
 * ms from opening a fresh connection to the last byte of the answer, whatever its status. Rejects when the connection
 * fails, and with the signal's reason or an AbortError once that has come. `padding`: bytes of a header besides.
 */
export async function timeGet(url: string, signal: AbortSignal, padding = 0): Promise<Ms> {
  signal.throwIfAborted();
  const headers = padding > 0 ? { headers: { "x-padding": "p".repeat(padding) } } : {};
  const from = performance.now();
  const sending = request(url, { agent: false, signal, ...headers });
  // `once` listens for errors only until the signal comes; the request itself fails of it a moment later.
  sending.on("error", () => undefined);
  sending.end();
  const [response] = (await once(sending, "response", { signal })) as [IncomingMessage];
  response.on("error", () => undefined);
  response.resume();
  await once(response, "end", { signal });
  return performance.now() - from;
}

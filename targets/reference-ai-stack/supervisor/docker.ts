// The few questions to a Docker engine that children as containers need, by its socket.

import { setTimeout as pause } from "node:timers/promises";
import { Agent, request } from "undici";

/** Of Docker 20.10. */
const API = "http://docker/v1.41";
/** Before an engine that broke off is asked again, ms. */
const AGAIN_MS = 100;
const TIMEOUT_MS = 20_000;
/** Says to whom the bytes go that follow, and how many they are. */
const HEAD_BYTES = 8;

export interface Docker {
  /** The parsed answer. Throws, with what the engine says, for a status of 400 and above. */
  ask<T>(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<T>;
  /** Resolves when the container has ended, or is gone; never rejects. */
  waitFor(id: string): Promise<{ readonly StatusCode: number }>;
  /** What the container has written so far. */
  output(id: string): Promise<Buffer>;
}

export function openDocker(socketPath: string): Docker {
  const dispatcher = new Agent({ connect: { socketPath }, headersTimeout: 0, bodyTimeout: 0 });
  const asked = async (
    method: "GET" | "POST" | "DELETE",
    path: string,
    how: { body?: object; signal?: AbortSignal },
  ) => {
    const { body, signal } = how;
    const answer = await request(`${API}${path}`, {
      dispatcher,
      method,
      ...(signal && { signal }),
      ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    if (answer.statusCode >= 400) throw new EngineError(answer.statusCode, `${method} ${path}: ${bytes.toString()}`);
    return bytes;
  };
  return {
    async ask<T>(method: "GET" | "POST" | "DELETE", path: string, body?: object) {
      const bytes = await asked(method, path, { signal: AbortSignal.timeout(TIMEOUT_MS), ...(body && { body }) });
      return (bytes.length === 0 ? undefined : JSON.parse(bytes.toString())) as T;
    },
    async waitFor(id) {
      for (;;) {
        try {
          const bytes = await asked("POST", `/containers/${id}/wait`, {});
          return JSON.parse(bytes.toString()) as { StatusCode: number };
        } catch (error) {
          if (error instanceof EngineError && error.status === 404) return { StatusCode: 0 };
        }
        await pause(AGAIN_MS);
      }
    },
    output: async (id) => withoutHeads(await asked("GET", `/containers/${id}/logs?stdout=1&stderr=1`, {})),
  };
}

class EngineError extends Error {
  readonly status: number;

  constructor(status: number, says: string) {
    super(says.slice(0, 500));
    this.status = status;
  }
}

function withoutHeads(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at + HEAD_BYTES <= bytes.length;) {
    const end = at + HEAD_BYTES + bytes.readUInt32BE(at + 4);
    parts.push(bytes.subarray(at + HEAD_BYTES, end));
    at = end;
  }
  return Buffer.concat(parts);
}

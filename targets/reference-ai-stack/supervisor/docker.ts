// The few questions to a Docker engine that children as containers need, by its socket.

import { setTimeout as pause } from "node:timers/promises";
import { Agent, request, type Dispatcher } from "undici";
import { lastOf } from "./output-end.ts";

/** Of Docker 20.10. */
const API = "http://docker/v1.41";
/** Before an engine that broke off is asked again, ms. */
const AGAIN_MS = 100;
const TIMEOUT_MS = 20_000;

type Method = "GET" | "POST" | "DELETE";

export interface Docker {
  /** The parsed answer. Throws `EngineError` for a status of 400 and above; anything else when no answer came. */
  ask<T>(method: Method, path: string, body?: object): Promise<T>;
  /** How it ended, once it has; null: it is gone, and nobody can tell. Never rejects. */
  waitFor(id: string): Promise<{ readonly StatusCode: number } | null>;
  /** The last bytes that the container has written so far. */
  output(id: string, mostBytes: number): Promise<Buffer>;
}

/** The engine refuses; its message is what it says. */
export class EngineError extends Error {
  readonly status: number;

  constructor(status: number, says: string) {
    super(says.slice(0, 500));
    this.status = status;
  }
}

/** True for a container, or whatever else was asked for, that the engine does not have. */
export function isGone(error: unknown): boolean {
  return error instanceof EngineError && error.status === 404;
}

export function openDocker(socketPath: string): Docker {
  const dispatcher = new Agent({ connect: { socketPath }, headersTimeout: 0, bodyTimeout: 0 });
  const asked = async (
    method: Method,
    path: string,
    how: { body?: object; signal?: AbortSignal },
  ): Promise<Dispatcher.ResponseData["body"]> => {
    const { body, signal } = how;
    const answer = await request(`${API}${path}`, {
      dispatcher,
      method,
      ...(signal && { signal }),
      ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    if (answer.statusCode < 400) return answer.body;
    throw new EngineError(answer.statusCode, `${method} ${path}: ${await answer.body.text()}`);
  };
  return {
    async ask<T>(method: Method, path: string, body?: object) {
      const answer = await asked(method, path, { signal: AbortSignal.timeout(TIMEOUT_MS), ...(body && { body }) });
      const text = await answer.text();
      return (text === "" ? undefined : JSON.parse(text)) as T;
    },
    async waitFor(id) {
      for (;;) {
        try {
          return (await (await asked("POST", `/containers/${id}/wait`, {})).json()) as { StatusCode: number };
        } catch (error) {
          if (isGone(error)) return null;
        }
        await pause(AGAIN_MS);
      }
    },
    async output(id, mostBytes) {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      return lastOf(await asked("GET", `/containers/${id}/logs?stdout=1&stderr=1`, { signal }), mostBytes);
    },
  };
}

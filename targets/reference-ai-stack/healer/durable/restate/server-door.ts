// How the healer reaches a Restate server: its ingress starts and asks, its admin API learns where the healer serves.
// A server that does not answer is asked again until it does: cases wait, and the healer says what it waits for.
import { setTimeout as pause } from "node:timers/promises";
import { request } from "undici";
import { messageOf } from "../../../common/log.ts";

export interface RestateServer {
  /** Base addresses, such as `http://127.0.0.1:8080`. */
  readonly ingress: string;
  readonly admin: string;
}

export interface ServerDoor {
  /** Asks a handler and resolves with its answer; rejects when the handler refuses. */
  ask<Answer>(path: string, body?: unknown): Promise<Answer>;
  /** Starts a workflow unless it was started, and does not wait for it. */
  submit(service: string, id: string, body: unknown): Promise<void>;
  /** Resolves when the workflow has ended. */
  attach(service: string, id: string): Promise<void>;
  /** Tells the server where the services of this process are; harmless when it knows. */
  register(uri: string): Promise<void>;
}

interface DoorParts {
  readonly server: RestateServer;
  /** The server's trouble has changed; null: it is over. */
  readonly onTrouble: (says: string | null) => void;
}

const AGAIN_MS = 250;

interface Asked {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly body?: unknown;
}

export function openServerDoor({ server, onTrouble }: DoorParts): ServerDoor {
  let trouble: string | null = null;
  const note = (says: string | null): void => {
    if (says === trouble) return;
    trouble = says;
    onTrouble(says);
  };
  const patiently = async (asked: Asked): Promise<{ readonly status: number; readonly text: string }> => {
    for (;;) {
      const says = await once(asked);
      if (typeof says !== "string") {
        note(null);
        return says;
      }
      note(`the Restate server does not answer: ${says}`);
      await pause(AGAIN_MS);
    }
  };
  const well = async (asked: Asked): Promise<string> => {
    const { status, text } = await patiently(asked);
    if (status >= 200 && status < 300) return text;
    throw new Error(`Restate answered ${status} to ${asked.method} ${asked.url}: ${text.slice(0, 300)}`);
  };
  return {
    async ask<Answer>(path: string, body?: unknown): Promise<Answer> {
      const text = await well({ url: `${server.ingress}/${path}`, method: "POST", body });
      return (text === "" ? undefined : JSON.parse(text)) as Answer;
    },
    async submit(service, id, body) {
      const url = `${server.ingress}/${service}/${encodeURIComponent(id)}/run/send`;
      const { status, text } = await patiently({ url, method: "POST", body });
      // 409: it was started before.
      if (status !== 409 && (status < 200 || status >= 300))
        throw new Error(`Restate refused ${id}: ${status} ${text}`);
    },
    async attach(service, id) {
      await well({
        url: `${server.ingress}/restate/workflow/${service}/${encodeURIComponent(id)}/attach`,
        method: "GET",
      });
    },
    async register(uri) {
      await well({ url: `${server.admin}/deployments`, method: "POST", body: { uri, force: true } });
    },
  };
}

/** What was answered; in words why there was none, or only one that says that the server is not ready. */
async function once({
  url,
  method,
  body,
}: Asked): Promise<{ readonly status: number; readonly text: string } | string> {
  try {
    const answer = await request(url, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      // A case may take as long as a person takes to answer.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const text = await answer.body.text();
    return answer.statusCode >= 500
      ? `${answer.statusCode} ${text.slice(0, 200)}`
      : { status: answer.statusCode, text };
  } catch (error) {
    return messageOf(error);
  }
}

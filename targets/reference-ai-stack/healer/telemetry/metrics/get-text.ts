// One HTTP GET of a text, with a time limit for all of it, a bound on its length, and a connection of its own: a dead
// replica must not hide behind a kept one.
import { request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import { startLimit } from "../time-limit.ts";

export type TextAnswer =
  | { readonly ok: true; readonly status: number; readonly type: string | undefined; readonly text: string }
  | { readonly ok: false; readonly says: string };

export interface Asking {
  readonly token?: string | undefined;
  readonly accept: string;
  readonly timeoutMs: number;
}

const LONGEST = 16 * 1024 * 1024;

/** Never rejects. Redirects are not followed: a token is for the address that was configured. */
export async function getText(url: URL, { token, accept, timeoutMs }: Asking): Promise<TextAnswer> {
  const headers = { accept, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const request = url.protocol === "https:" ? requestSecure : requestPlain;
  return new Promise((answer) => {
    const outgoing = request(url, { headers, agent: false });
    const limit = startLimit(timeoutMs, () => end(`no answer within ${timeoutMs} ms`));
    function end(says: string): void {
      limit.clear();
      answer({ ok: false, says });
      outgoing.destroy();
    }
    outgoing.once("error", (error) => end("code" in error ? String(error.code) : error.message));
    outgoing.once("response", (incoming) => {
      const chunks: Buffer[] = [];
      let length = 0;
      incoming.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > LONGEST) end(`an answer of more than ${LONGEST / 1024 / 1024} MiB`);
      });
      incoming.once("error", (error) => end(error.message));
      incoming.once("end", () => {
        limit.clear();
        const { statusCode = 0, headers: given } = incoming;
        answer({ ok: true, status: statusCode, type: given["content-type"], text: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.end();
  });
}

/** What a status other than 200 means to who reads metrics. */
export function refusal(status: number): string {
  const meaning: Readonly<Record<number, string>> = {
    401: "a key is needed (STACK_TELEMETRY_TOKEN)",
    403: "the key is not good for metrics",
    404: "there is no such page",
    501: "metrics are switched off",
  };
  const known = meaning[status];
  return known === undefined ? `answered ${status}` : `answered ${status}: ${known}`;
}

// One HTTP exchange with a server of this machine behind a unix socket, bounded in time and size. Supervisors and
// container engines are asked so.

import { request } from "node:http";

const longestBytes = 8 * 1024 * 1024;
const timeoutMs = 3_000;

/** Text of a 200; rejects with what came instead. */
export function askSocket(socketPath: string, path: string, post?: { readonly body: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const method = post === undefined ? "GET" : "POST";
    const headers = post && { "content-type": "text/xml", "content-length": Buffer.byteLength(post.body) };
    const how = { socketPath, path, method, signal: AbortSignal.timeout(timeoutMs), ...(headers && { headers }) };
    const asking = request(how, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
        if (text.length > longestBytes) answer.destroy(new Error(`longer than ${longestBytes} bytes`));
      });
      answer.once("error", reject);
      answer.once("end", () => {
        if (answer.statusCode === 200) resolve(text);
        else reject(new Error(`answered ${answer.statusCode ?? "nothing"}`));
      });
    });
    asking.once("error", reject);
    asking.end(post?.body);
  });
}

const usualPlace = "/var/run/docker.sock";

/** Where an engine answers, and what comes after a # there: DOCKER_HOST's socket or the usual one by default. */
export function engineSocket(where: string | undefined): readonly [socket: string, name: string | undefined] {
  const host = process.env["DOCKER_HOST"]?.replace(/^unix:\/\//, "") || usualPlace;
  const [socket = "", name] = (where ?? host).split("#");
  return [socket === "" ? host : socket, name === "" ? undefined : name];
}

/** Why nobody is asked there. */
export function noSocketAt(place: string): string {
  return /^\w+:\/\//.test(place)
    ? `DOCKER_HOST is ${place}, and an engine is asked by its socket alone`
    : `there is no socket at ${place}`;
}

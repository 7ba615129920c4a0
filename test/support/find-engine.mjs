// The Docker engine that is there already: `node find-engine.mjs` ends with 0 where one answers, and with 1 elsewhere.

import { request } from "node:http";
import { pathToFileURL } from "node:url";

const withinMs = 5_000;

/**
 * As DOCKER_HOST has it, or the usual socket; undefined where nobody answers there. A socket that its engine has left
 * behind is none.
 */
export async function findEngine(environment = process.env) {
  const host = environment.DOCKER_HOST || "unix:///var/run/docker.sock";
  return (await answers(host)) ? host : undefined;
}

function answers(host) {
  const place = host.startsWith("unix://")
    ? { socketPath: host.slice("unix://".length) }
    : { host: host.match(/^tcp:\/\/([^:/]+):\d+/)?.[1], port: host.match(/:(\d+)\/?$/)?.[1] };
  return new Promise((done) => {
    const asked = request({ ...place, path: "/_ping", timeout: withinMs }, (answer) => {
      answer.resume();
      done(answer.statusCode === 200);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => done(false));
    asked.end();
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  process.exitCode = (await findEngine()) === undefined ? 1 : 0;
}

// Every server of ours: what it is for, and by which test who may use it. A new one is a line here, and a line that has
// no such test is none.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");

/** A test, by its file below test/ and a part of its title. */
type Proof = readonly [file: string, title: string];

interface Listener {
  /**
   * `control`: it changes something, and needs a secret; `read`: it is looked at; `users`: whoever uses a target;
   * `carry`: bytes of others pass through it; `port`: it is closed again, or for our own process alone.
   */
  readonly kind: "control" | "read" | "users" | "carry" | "port";
  /** Of `control`: that nobody else is let in. */
  readonly proof?: Proof;
  /** It may listen beyond this machine, and why. */
  readonly beyond?: string;
}

const control = (file: string, title: string): Listener => ({ kind: "control", proof: [file, title] });
const routes = control(
  "unit/targets/reference-ai-stack/control-routes.test.ts",
  "does nothing for who has no token, a wrong one, or one of somebody else",
);
const port: Listener = { kind: "port" };
const users: Listener = { kind: "users" };

const listeners: Readonly<Record<string, Listener>> = {
  "src/agent/serve.ts": {
    ...control("unit/agent/sessions.test.ts", "takes nobody without its token"),
    beyond: "agent --listen: TLS by a key of the token",
  },
  "src/load/client/door.ts": control("unit/load/client/door.test.ts", "without its secret, nor once the call is over"),
  "src/load/journeys/workers-door.ts": control("unit/load/journeys/workers-door.test.ts", "nobody else is heard"),
  "src/load/null-target.ts": users,
  "src/load/warm.ts": port,
  "src/platforms/docker/door/listen/main.ts": { kind: "carry", beyond: "the network of one container" },
  "src/platforms/starting/free-ports.ts": port,
  "src/probes/sources/webhook.ts": control("unit/probes/sources.test.ts", "calls with the token say what stands"),
  "src/proxy/api.ts": {
    ...control("unit/proxy/api.test.ts", "is not there for who does not know the secret, nor for a browser"),
    beyond: "proxy --listen-anywhere",
  },
  "src/proxy/proxy.ts": { kind: "carry", beyond: "proxy --listen-anywhere" },
  "src/reporters/live/server.ts": control("unit/reporters/ui.test.ts", "without its token nothing is answered"),
  "src/run/readiness.ts": port,
  "targets/echo/web.ts": control("contract/processes.test.ts", "until the operator starts it, and only with the token"),
  "targets/foreign/publish.ts": control("unit/targets/foreign/publish.test.ts", "and nothing for anybody else"),
  "targets/foreign/runit/app.ts": users,
  "targets/foreign/supervisord/app.ts": users,
  "targets/oracle/main.ts": control("contract/oracle-operator.test.ts", "and for nobody else"),
  "targets/oracle/triggers.ts": { kind: "read" },
  "targets/reference-ai-stack/common/serve.ts": routes,
  // What a Restate server calls; whoever reaches that server reaches this as well, and runs what the healer has begun.
  "targets/reference-ai-stack/healer/durable/restate/restate-engine.ts": { kind: "carry" },
  "targets/reference-ai-stack/supervisor/port-pool.ts": port,
  "targets/reference-ai-stack/vector/engines/chroma/server.ts": port,
};

const sources = ["src", "targets", "docker"]
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.(?:[cm]?[jt]s|py)$/.test(entry.name))
  .map((entry) => relative(root, join(entry.parentPath, entry.name)))
  .filter((file) => !file.includes("node_modules"));
const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

/** However Node and Python make one. */
const makes =
  /\bcreate(?:Secure|Adaptor)?Server\(|\bnew (?:WebSocket|Http2?)?Server\(|\bHTTPServer\(|\bserve_forever\(/;

describe("every server of ours", () => {
  it("stands in the list, and the list holds no other", () => {
    expect(sources.length).toBeGreaterThan(500);
    expect(sources.filter((file) => makes.test(textOf(file))).toSorted()).toEqual(Object.keys(listeners).toSorted());
  });

  it("that changes something has a test by which nobody is let in without its secret", () => {
    const lacking = Object.entries(listeners).flatMap(([file, { kind, proof }]) => {
      if (kind !== "control") return [];
      const [test, title] = proof ?? ["", ""];
      return title !== "" && textOf(join("test", test)).includes(title)
        ? []
        : [`${file}: no test “${title}” in ${test}`];
    });
    expect(lacking).toEqual([]);
  });

  it("listens on this machine alone, unless it is said why not", () => {
    const here = /\b(?:loopbackHost|loopbackUrl)\b|"127\.0\.0\.1"/;
    const anywhere = Object.entries(listeners).filter(
      ([file, { beyond }]) => beyond === undefined && !here.test(textOf(file)),
    );
    expect(anywhere).toEqual([]);
    // Node listens everywhere where no host is named.
    const unnamed = Object.keys(listeners).filter((file) =>
      /(?:\bserver|\))\.listen\(\s*[\w.]+\s*\)/.test(textOf(file)),
    );
    expect(unnamed).toEqual([]);
  });
});

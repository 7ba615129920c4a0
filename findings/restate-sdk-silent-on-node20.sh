#!/usr/bin/env bash
# One expects: an SDK whose package names no least version of Node either runs on Node 20 or says at import, at
#   registration or in the caller's answer that it does not.
# What happens: it installs, the endpoint listens, the server registers it and accepts the invocation; then the invocation
#   never answers. The handler's code is never entered. The server keeps it as running and tries again; only the
#   endpoint's own log shows a TypeError about Promise.withResolvers, which Node 20 does not have. With that function filled
#   in before the import the same handler answers at once.
# Why it matters: it looks like a network or registration fault (HTTP/1.1 against HTTP/2), and a durable loop that waits on
#   such an invocation hangs without an error of its own.
# Versions: @restatedev/restate-sdk 1.17.2, @restatedev/restate-server 1.7.12, node 20.20.2 (all npm).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund \
  @restatedev/restate-sdk@1.17.2 @restatedev/restate-server@1.7.12 node@20.20.2 >/dev/null
node20=$work/node_modules/node/bin/node
"$node20" --version
"$node20" -p '"engines: " + JSON.stringify(JSON.parse(fs.readFileSync("node_modules/@restatedev/restate-sdk/package.json")).engines ?? null)'

cat >ports.mjs <<'END'
import { createServer } from "node:net";
const servers = await Promise.all(
  Array.from({ length: 5 }, () => new Promise((done) => { const s = createServer().listen(0, "127.0.0.1", () => done(s)); })),
);
console.log(servers.map((s) => s.address().port).join(" "));
for (const s of servers) s.close();
END
read -r fabric admin ingress bare filled < <("$node20" ports.mjs)

cat >fill.mjs <<'END'
Promise.withResolvers ??= function withResolvers() {
  let resolve;
  let reject;
  const promise = new this((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
};
END
cat >endpoint.mjs <<'END'
import * as restate from "@restatedev/restate-sdk";
const [name, port] = process.argv.slice(2);
const greeter = restate.service({
  name,
  handlers: {
    greet: async () => {
      console.log("handler entered");
      return "hello";
    },
  },
});
await restate.serve({ services: [greeter], port: Number(port) });
END
"$node20" endpoint.mjs bare "$bare" >bare.log 2>&1 &
one=$!
"$node20" --import ./fill.mjs endpoint.mjs filled "$filled" >filled.log 2>&1 &
two=$!
RESTATE_BASE_DIR=$work/data RESTATE_BIND_IP=127.0.0.1 RESTATE_LISTEN_MODE=tcp RESTATE_BIND_PORT=$fabric \
  RESTATE_ADMIN__BIND_PORT=$admin RESTATE_INGRESS__BIND_PORT=$ingress RESTATE_ADMIN__DISABLE_WEB_UI=true \
  RESTATE_DISABLE_TELEMETRY=true RESTATE_DEFAULT_NUM_PARTITIONS=1 RESTATE_LOG_DISABLE_ANSI_CODES=true \
  node_modules/.bin/restate-server --no-logo >server.log 2>&1 &
three=$!
end() {
  kill "$one" "$two" "$three" 2>/dev/null || true
  wait "$one" "$two" "$three" 2>/dev/null || true
  rm -rf "$work"
}
trap end EXIT

cat >ask.mjs <<'END'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
const [admin, ingress, bare, filled] = process.argv.slice(2);
const alive = (url) => fetch(url).then((r) => r.ok, () => false);
const until = Date.now() + 60_000;
while (!((await alive(`http://127.0.0.1:${admin}/health`)) && (await alive(`http://127.0.0.1:${ingress}/restate/health`)))) {
  if (Date.now() > until) throw new Error("the server did not start");
  await pause(100);
}
const json = (body) => ({ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
for (const port of [bare, filled]) {
  const answer = await fetch(`http://127.0.0.1:${admin}/deployments`, json({ uri: `http://127.0.0.1:${port}` }));
  console.log(`registered: ${answer.status}`);
  assert.equal(answer.ok, true);
}
const greet = async (name) => {
  const signal = AbortSignal.timeout(15_000);
  try {
    return `${await (await fetch(`http://127.0.0.1:${ingress}/${name}/greet`, { method: "POST", signal })).text()}`;
  } catch {
    return "no answer in 15 s";
  }
};
const withIt = await greet("filled");
const without = await greet("bare");
const sql = "select status, retry_count from sys_invocation where target_service_name = 'bare'";
const accept = { accept: "application/json" };
const query = await fetch(`http://127.0.0.1:${admin}/query`, { ...json({ query: sql }), headers: { "content-type": "application/json", ...accept } });
const log = readFileSync("bare.log", "utf8");
console.log(`with Promise.withResolvers filled in: ${withIt}`);
console.log(`on Node 20 as it is: ${without}; the server says ${JSON.stringify((await query.json()).rows)}`);
console.log(`its endpoint's log: ${/TypeError: [^\n]*/.exec(log)?.[0]}; handler entered: ${log.includes("handler entered")}`);
assert.equal(withIt, '"hello"');
assert.equal(without, "no answer in 15 s");
assert.match(log, /withResolvers is not a function/);
assert.equal(log.includes("handler entered"), false);
END
"$node20" ask.mjs "$admin" "$ingress" "$bare" "$filled"

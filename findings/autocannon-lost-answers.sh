#!/usr/bin/env bash
# One expects: a load tool counts a request that got no answer, or half an answer, as an error.
# What happens: when the server closes the connection in good order (FIN) before or in the middle of an answer,
#   autocannon connects again and goes on. The request is in `sent`, and nowhere else: errors 0, timeouts 0, resets 0,
#   non2xx 0, and its printed summary speaks of no error. A connection ended by a reset (RST) is counted.
# Why it matters: a process that dies, or a proxy that gives up on it, mostly ends connections by FIN. One request in
#   five is lost here and the error rate reads 0. Only `requests.sent - requests.total` shows the loss.
# Versions: autocannon 9.0.0 (npm). Seen with Node 20, 22 and 26.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"type":"module"}' >package.json
npm install --loglevel=error --ignore-scripts --no-audit --no-fund autocannon@9.0.0 >/dev/null

cat >client.mjs <<'END'
import assert from "node:assert/strict";
import { createServer } from "node:http";
import autocannon from "autocannon";

const endings = {
  "all answered": (_request, response) => response.end("ok"),
  "closed without an answer": (request) => request.socket.end(),
  "closed in mid-answer": (request) => request.socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfive."),
  "connection reset": (request) => request.socket.resetAndDestroy(),
};
const seen = {};
for (const [name, every5th] of Object.entries(endings)) {
  let served = 0;
  const server = createServer((request, response) => {
    served += 1;
    if (served % 5 === 0) every5th(request, response);
    else response.end("ok");
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const result = await autocannon({
    url: `http://127.0.0.1:${server.address().port}`,
    connections: 1,
    amount: 50,
  });
  server.closeAllConnections();
  server.close();
  const { errors, timeouts, resets, non2xx } = result;
  const { sent, total } = result.requests;
  seen[name] = { sent, total, "2xx": result["2xx"], errors, timeouts, resets, non2xx };
  const summary = autocannon.printResult(result).split("\n");
  console.log(`${name}: "${summary.filter((line) => /requests in|errors/.test(line)).join("; ")}"`);
}
console.log("autocannon 9.0.0, 50 requests, each fifth ended as named");
console.table(seen);
const quiet = { timeouts: 0, resets: 0, non2xx: 0 };
assert.deepEqual(seen, {
  "all answered": { sent: 50, total: 50, "2xx": 50, errors: 0, ...quiet },
  "closed without an answer": { sent: 50, total: 40, "2xx": 40, errors: 0, ...quiet },
  "closed in mid-answer": { sent: 50, total: 40, "2xx": 40, errors: 0, ...quiet },
  "connection reset": { sent: 50, total: 40, "2xx": 40, errors: 10, ...quiet },
});
END

timeout 50 node client.mjs
echo "Still so: a fifth of the requests is lost, and the error count is 0."

#!/usr/bin/env bash
# One expects: a load test in which the service stops answering in the middle ends red: requests that have waited for
#   seconds when the run ends are failures, or at least long answers.
# What happens: what is under way when --run-time is over is not counted at all. From a service that answers 100 requests
#   and then none for the rest of the run, Locust reports 100 requests, 0 failures, the percentiles of a healthy service,
#   and exit code 0; with 5 s more to stop (--stop-timeout) as well. Neither client has a short time-out of its own:
#   HttpUser none, FastHttpUser 60 s. Only the count of requests, of which nobody stated how many were due, is too low.
# Why it matters: a total outage, the very thing that a load test beside a chaos experiment is there to see, is its
#   greenest run. Count what was due, or give every request a time-out.
# Versions: locust 2.47.0 (PyPI), Python 3.11; node 20 or later for the server.
set -euo pipefail
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check locust==2.47.0

cat >server.mjs <<'END'
import { createServer } from "node:http";
let left = Number(process.argv[2]);
const server = createServer((_request, response) => {
  // What comes after the last answer is accepted and never answered.
  if (left > 0) response.end("ok");
  left -= 1;
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
END

cat >locustfile.py <<'END'
import os
from locust import FastHttpUser, HttpUser, constant, task

class User(FastHttpUser if os.environ["CLIENT"] == "fast" else HttpUser):
    wait_time = constant(0.05)

    @task
    def ask(self):
        self.client.get("/")
END

run() { # client, answers, further flags
  node server.mjs "$2" >port &
  server=$!
  for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
  local code=0
  CLIENT=$1 timeout 50 env/bin/locust -f locustfile.py --host "http://127.0.0.1:$(cat port)" --headless --users 5 \
    --spawn-rate 5 --run-time 8s --json --loglevel ERROR "${@:3}" >"$work/out.json" 2>"$work/err.txt" || code=$?
  kill "$server"; wait "$server" 2>/dev/null || true; server=; rm port
  CODE=$code WHAT="$*" env/bin/python - <<'END'
import json, os
[stats] = json.load(open("out.json"))
code, what = os.environ["CODE"], os.environ["WHAT"]
requests, failures, longest = stats["num_requests"], stats["num_failures"], stats["max_response_time"]
print(f"{what}: {requests} requests, {failures} failures, the longest {longest:.0f} ms, exit code {code}")
answers = int(what.split()[1])
hung = answers < 1000
as_stated = failures == 0 and code == "0" and (requests == answers and longest < 3000 if hung else requests > 200)
if not as_stated:
    raise SystemExit("CHANGED: it no longer behaves as stated above")
END
}

run plain 100000
run plain 100
run fast 100
run plain 100 --stop-timeout 5
echo "as stated"

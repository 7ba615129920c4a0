// Users as a k6 script: each asks one question of the reference stack, and looks whether the answer names its passage.
// Run by Rebound (source: k6), or by a k6 of your own: TARGET=http://127.0.0.1:PORT k6 run -e TARGET ask.k6.ts

import { check } from "k6";
import http from "k6/http";
import type { Options } from "k6/options";

export const options: Options = {
  scenarios: {
    ask: {
      executor: "constant-arrival-rate",
      rate: 10,
      timeUnit: "1s",
      // Longer than any trial: load ends with the trial.
      duration: "10m",
      preAllocatedVUs: 20,
      maxVUs: 60,
    },
  },
};

const question = "What does globalThis.NodeJS.Process.allowedNodeEnvironmentFlags do?";

export default function (): void {
  const body = JSON.stringify({ messages: [{ role: "user", content: question }] });
  const headers = { "Content-Type": "application/json" };
  const answer = http.post(`${__ENV.TARGET}/v1/chat/completions`, body, { headers });
  check(answer, {
    answered: ({ status }) => status === 200,
    "names a passage": ({ body }) => typeof body === "string" && /\[[a-z].*\]/i.test(body),
  });
}

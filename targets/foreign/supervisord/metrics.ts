// What the application tells of itself on its metrics page, as a team has it: when it began, how it answered, and how
// long it waited for Chroma.

import { Counter, Gauge, Histogram, register } from "prom-client";

// Own, and not prom-client's collectDefaultMetrics: of twenty series one is asked for.
const startedAt = new Gauge({ name: "process_start_time_seconds", help: "When this process began, Unix seconds." });
startedAt.set(Math.round(Date.now() / 1000 - process.uptime()));

const answers = new Counter({ name: "app_answers_total", help: "Answers to chats.", labelNames: ["status"] });
// A series that first comes with its first error has no rise.
for (const status of [200, 502]) answers.inc({ status }, 0);

const waited = new Histogram({
  name: "app_chroma_seconds",
  help: "How long Chroma took to answer.",
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 4],
});

export const countAnswer = (status: number): void => answers.inc({ status });

/** Times one question to Chroma, also one that failed. */
export async function timed<T>(asking: Promise<T>): Promise<T> {
  const end = waited.startTimer();
  return asking.finally(() => void end());
}

export const metricsPage = (): Promise<string> => register.metrics();

// Playwright's reporter in the runner's own process: hands on what became of each journey, over the channel to the
// process of the journeys. Playwright makes one by the default export.

import { Worker } from "node:worker_threads";
import type { FullConfig, Reporter, Suite, TestCase, TestError, TestResult, TestStep } from "@playwright/test/reporter";
import type { FromRunner, ToldStep } from "./messages.ts";

export default class JourneyReporter implements Reporter {
  /** Playwright makes it before it reads a journey's file. */
  constructor({ folder }: { readonly folder: string }) {
    new Worker(new URL("leash.js", import.meta.url), { workerData: folder, execArgv: [] }).unref();
  }

  onBegin(_config: FullConfig, suite: Suite): void {
    const titles = new Set(suite.allTests().map((test) => test.titlePath().slice(3).join(" › ")));
    tell({ type: "found", titles: [...titles] });
  }

  onError(error: TestError): void {
    tell({ type: "error", reason: wordsOf(error) });
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const [error] = result.errors;
    tell({
      type: "over",
      id: test.repeatEachIndex,
      status: result.status,
      steps: result.steps.flatMap(stepsIn),
      measured: Object.fromEntries(
        result.annotations.flatMap(({ type, description }) => {
          const ms = Number(description);
          return Number.isFinite(ms) && description !== undefined ? [[type, ms]] : [];
        }),
      ),
      ...(error !== undefined && { reason: wordsOf(error) }),
    });
  }

  printsToStdio(): boolean {
    return true;
  }
}

/** The journey's own steps, in the order in which they ended. */
function stepsIn({ category, title, startTime, duration, error, steps }: TestStep): readonly ToldStep[] {
  const inner = steps.flatMap(stepsIn);
  if (category !== "test.step") return inner;
  return [...inner, { title, endedAt: startTime.getTime() + duration, ok: error === undefined }];
}

/** Without the colours of a terminal and the lines of a stack; not cut to length, for secrets are still in it. */
function wordsOf({ message, value }: TestError): string {
  // oxlint-disable-next-line no-control-regex
  const words = (message ?? value ?? "no reason given").replaceAll(/\u001B\[[\d;]*m/g, "");
  // A browser that does not come up is told with all its options before its reason.
  const short = words.replace(/Browser logs:.*?(?=\[err\]|$)/s, "");
  return (short.split(/\n\s*at /)[0] ?? "").replaceAll(/\s+/g, " ").trim();
}

function tell(message: FromRunner): void {
  process.send?.(message, undefined, undefined, () => undefined);
}

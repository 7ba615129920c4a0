// A real collector for tests, in this process on a free port, and a sender that hands it a server's page as the
// services hand it their metrics: all of it at once, cumulative, and nothing when there is no page.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { createCollectorApp } from "../../targets/reference-ai-stack/collector/app.ts";
import { NO_FORWARD } from "../../targets/reference-ai-stack/collector/forward.ts";
import { createIngest } from "../../targets/reference-ai-stack/collector/ingest.ts";
import { Store } from "../../targets/reference-ai-stack/collector/store.ts";
import type { Logger } from "../../targets/reference-ai-stack/common/log.ts";
import { listen } from "../../targets/reference-ai-stack/common/serve.ts";
import { metricsBody, nanoseconds, type Origin } from "../../targets/reference-ai-stack/common/telemetry/otlp.ts";
import { formatOf, readPage } from "../../targets/reference-ai-stack/healer/telemetry/metrics/page-text.ts";
import { metricsOfPage } from "../builders/otlp-metrics.ts";

const quiet: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
/** Services export each second; a test does not wait so long. */
const SEND_EVERY_MS = 300;

export interface RunningCollector {
  readonly url: string;
  readonly port: number;
  /** Stops it for good, as the end of the test does. Harmless when called again. */
  end(): Promise<void>;
}

export async function startCollector(): Promise<RunningCollector> {
  const folder = await mkdtemp(join(tmpdir(), "rebound-collector-"));
  const nowMs = (): number => performance.timeOrigin + performance.now();
  const store = new Store({ file: join(folder, "telemetry.sqlite"), nowMs, onTrouble: () => undefined });
  const ingest = createIngest(store, NO_FORWARD, nowMs);
  const { port, close } = await listen(createCollectorApp({ store, ingest, nowMs, log: quiet }), 0);
  let ending: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    await close();
    store.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { url: `http://127.0.0.1:${port}`, port, end: () => (ending ??= end()) };
}

/** Sends what stands on the page of 127.0.0.1:`pagePort` until it is ended. Resolves when that was sent twice. */
export async function sendPages(
  pagePort: number,
  collector: RunningCollector,
  origin: Origin,
): Promise<() => Promise<void>> {
  const startMs = performance.timeOrigin + performance.now();
  const ending = new AbortController();
  const { signal } = ending;
  const sendOne = async (): Promise<void> => {
    const page = await fetch(`http://127.0.0.1:${pagePort}/metrics`, { signal });
    const text = await page.text();
    const format = formatOf(page.headers.get("content-type") ?? undefined);
    if (page.status !== 200 || format === undefined) return;
    const samples = readPage(text, format);
    const nowNs = nanoseconds(performance.timeOrigin + performance.now());
    const body = metricsBody(origin, metricsOfPage(text, samples, { startNs: nanoseconds(startMs), nowNs }));
    const headers = { "content-type": "application/json" };
    await (await fetch(`${collector.url}/v1/metrics`, { method: "POST", headers, body, signal })).text();
  };
  await sendOne();
  await sleep(SEND_EVERY_MS);
  await sendOne();
  const sending = (async () => {
    while (!signal.aborted) {
      await sleep(SEND_EVERY_MS, undefined, { signal }).catch(() => undefined);
      // No page, or nobody who takes it: the service says nothing.
      await sendOne().catch(() => undefined);
    }
  })();
  return async () => {
    ending.abort();
    await sending;
  };
}

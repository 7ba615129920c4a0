// Chroma and a small application under a real supervisord: started and ended by Rebound, and what supervisord's words
// hide. Who recovers from what is for the intents of experiments/foreign.

import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { controlsFor } from "../../../src/platforms/processes/controls.ts";
import { startTarget, type RunningTarget } from "../../../src/platforms/processes/start-target.ts";
import { createWorkDir, removeWorkDir } from "../../../src/platforms/processes/work-dir.ts";
import { loadTarget } from "../../../src/run/select.ts";
import { findByMarker } from "../../support/find-by-marker.ts";
import { plainOptions } from "../../support/fixture-target.ts";
import { isForeignInstalled } from "../../support/foreign-stacks.ts";

const signal = AbortSignal.timeout(150_000);

async function saidOf(stack: RunningTarget): Promise<unknown> {
  return (await fetch(stack.fill("http://127.0.0.1:{port:reader}/words"))).json();
}

async function capital(stack: RunningTarget, country: string): Promise<string> {
  const answer = await fetch(stack.fill("http://127.0.0.1:{port:app}/v1/chat/completions"), {
    method: "POST",
    body: JSON.stringify({ messages: [{ role: "user", content: `What is the capital of ${country}?` }] }),
  });
  return answer.text();
}

async function until<T>(look: () => Promise<T>, isThere: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look();
    if (isThere(seen)) return seen;
    signal.throwIfAborted();
    await delay(100);
  }
}

test.skipIf(!isForeignInstalled("supervisord"))(
  "supervisord starts a killed process again, says RUNNING of one that hangs, and is ended with all of its processes",
  async () => {
    const id = `test-${randomUUID()}`;
    const workDir = await createWorkDir(id);
    const stack = await startTarget(await loadTarget("supervisord"), plainOptions(id, workDir));
    try {
      expect(await capital(stack, "Peru")).toContain("Lima");
      const site = { service: "app", replica: "app", seed: 1, undoDir: workDir };
      const { process: app } = controlsFor(stack, site);
      const first = (await app?.find()) ?? "";
      await app?.signal(first, "SIGKILL");
      const second = await until(
        async () => (await app?.find()) ?? "",
        (instance) => instance !== "" && instance !== first,
      );
      await until(
        () => capital(stack, "Norway").catch(() => ""),
        (text) => text.includes("Oslo"),
      );
      await until(
        () => saidOf(stack),
        (said) => JSON.stringify(said).includes('"app":{"running":1'),
      );
      await app?.signal(second, "SIGSTOP");
      // It stops once it leaves the kernel.
      await until(
        async () => (await app?.isStopped(second)) === true,
        (isStopped) => isStopped,
      );
      const asked = fetch(stack.fill("http://127.0.0.1:{port:app}/health"), { signal: AbortSignal.timeout(2_000) });
      await expect(asked).rejects.toThrow();
      expect(await saidOf(stack)).toMatchObject({ app: { running: 1, says: "RUNNING" } });
      expect(await app?.find()).toBe(second);
      expect((await stack.stop()).remaining).toEqual([]);
      expect(await findByMarker(id)).toEqual([]);
    } finally {
      await stack.stop();
      await removeWorkDir(workDir, id);
    }
  },
);

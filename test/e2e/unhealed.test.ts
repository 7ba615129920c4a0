// The reference stack without its healer, as the arm `unhealed` starts it: ready, whole, and nobody there to heal.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadTarget } from "../../src/run/select.ts";
import { isListening } from "../../src/platforms/starting/free-ports.ts";
import { startTarget } from "../../src/platforms/processes/start-target.ts";
import { plainOptions } from "../support/fixture-target.ts";
import { cacheDirOf } from "../../src/run/choose.ts";

it.each([true, false])(
  "the reference stack is ready, and has a healer unless it was started unhealed (%s)",
  async (unhealed) => {
    const target = await loadTarget("reference-ai-stack");
    const workDir = await mkdtemp(join(tmpdir(), "unhealed-"));
    const options = { ...plainOptions(`unhealed-${String(unhealed)}-${process.pid}`, workDir), unhealed };
    const stack = await startTarget(target, { ...options, cacheDir: cacheDirOf(target) });
    try {
      const { replicas } = await stack.inventory(AbortSignal.timeout(5000));
      const running = replicas.filter(({ instance }) => instance !== null).map(({ service }) => service);
      // The collector comes when it comes: nobody waits for it.
      const awaited = running.filter((service) => service !== "collector");
      const everyone = ["embedder", "vector", "vector", "inference", "inference", "gateway"];
      expect(awaited).toEqual(unhealed ? everyone : [...everyone, "healer"]);
      expect(await isListening(stack.ports["healer"] ?? 0)).toBe(!unhealed);
    } finally {
      await stack.stop();
      await rm(workDir, { recursive: true, force: true });
    }
  },
);

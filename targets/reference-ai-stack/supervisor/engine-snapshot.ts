// The snapshot of an optional vector engine, made before the replicas start that copy it.
import type { StackConfig } from "../config.ts";
import type { Logger } from "../common/log.ts";

/** Its modules are loaded by who wants such an engine. Rejects, saying what to run, when it is not installed. */
export async function makeEngineSnapshot(config: StackConfig, log: Logger): Promise<void> {
  const { ensureEngineSnapshot } = await import("../vector/engines/engine-snapshot.ts");
  const started = performance.now();
  const { files } = await ensureEngineSnapshot(config.cacheDir, config.vectorEngine);
  log.info("the snapshot of the vector engine is there", {
    dir: files.dir,
    ms: Math.round(performance.now() - started),
  });
}

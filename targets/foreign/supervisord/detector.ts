// The detector beside the stack: Prometheus, which scrapes the application and judges its rules, and Alertmanager,
// which is told what fires. Their configuration lies in ../supervisord-watched; only ports are filled in.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

interface DetectorHow {
  readonly root: string;
  /** Ports of the three on loopback. */
  readonly app: number;
  readonly prometheus: number;
  readonly alertmanager: number;
}

/** Writes what both read below `dir`, and returns what supervisord's configuration needs to start them. */
export async function detectorAt(
  dir: string,
  { root, app, prometheus, alertmanager }: DetectorHow,
): Promise<Readonly<Record<string, string>>> {
  const kept = join(root, "targets/foreign/supervisord-watched");
  const text = await readFile(join(kept, "prometheus.yml"), "utf8");
  const filled = text.replace("APP_PORT", String(app)).replace("ALERTMANAGER_PORT", String(alertmanager));
  await mkdir(join(dir, "prometheus"), { recursive: true });
  await writeFile(join(dir, "prometheus.yml"), filled.replace("RULES", join(kept, "rules.yml")));
  return {
    STACK_MORE: join(kept, "detector.conf"),
    STACK_DETECTOR_BIN: join(root, ".cache/foreign/prometheus/usr/bin"),
    PROMETHEUS_PORT: String(prometheus),
    ALERTMANAGER_PORT: String(alertmanager),
  };
}

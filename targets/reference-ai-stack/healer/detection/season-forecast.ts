// What would this hour be, going by the hours and days before? A forecast from trend and daily rhythm (MSTL with
// exponential smoothing, by augurs), made anew each day; odd is what lies outside of its interval.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { initSync, MSTL } from "@bsull/augurs/mstl";

const DAY = 24;
const LEVEL = 0.95;

export interface Forecast {
  /** The first hour that it is for. */
  readonly from: number;
  readonly point: readonly number[];
  /** Half of the interval's width, for each hour. */
  readonly half: readonly number[];
}

let loaded = false;

/** Once in a process. The package does not name its compiled part, which lies beside the module. */
function load(): void {
  if (loaded) return;
  const module = createRequire(import.meta.url).resolve("@bsull/augurs/mstl");
  initSync({ module: readFileSync(join(dirname(module), "mstl_bg.wasm")) });
  loaded = true;
}

/** Of the next day, from means of whole hours. Undefined where no model fits, as for hours that are all alike. */
export function forecastFrom(hours: readonly number[], from: number): Forecast | undefined {
  const spread = Math.max(...hours) - Math.min(...hours);
  if (spread === 0) return undefined;
  load();
  const model = MSTL.ets([DAY], { impute: true });
  try {
    model.fit([...hours]);
    const { point, intervals } = model.predict(DAY, LEVEL);
    // No interval is narrower than a hundredth of all that was seen.
    const half = point.map((middle, i) => Math.max(spread / 100, (intervals?.upper[i] ?? middle) - middle));
    return { from, point, half };
  } catch {
    return undefined;
  } finally {
    model.free();
  }
}

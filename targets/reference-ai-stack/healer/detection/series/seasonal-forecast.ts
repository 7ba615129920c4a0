// What would this hour be, going by the hours and days before? A forecast from trend and daily rhythm (MSTL with
// exponential smoothing, by augurs), made anew each day; odd is what lies outside of its interval.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { initSync, MSTL } from "@bsull/augurs/mstl";
import type { Score } from "./series.ts";

const HOUR_S = 3600;
const DAY = 24;
/** Hours that a forecast is made from, at least and at most. */
const LEAST_HOURS = 4 * DAY;
const MOST_HOURS = 14 * DAY;
const LEVEL = 0.95;

interface Forecast {
  /** The first hour that it is for. */
  readonly from: number;
  readonly point: readonly number[];
  /** Half of the interval's width, for each hour. */
  readonly half: readonly number[];
}

let loaded = false;

/** Distance to the forecast of the hour, in halves of its 95 % interval; 0 as long as there is none. */
export function seasonalForecast(): Score {
  load();
  // Means of whole hours, in a row: an hour without a sample is like the one before.
  const hours: number[] = [];
  let open: { hour: number; sum: number; count: number } | undefined;
  let forecast: Forecast | undefined;
  return ({ at, value }) => {
    const hour = Math.floor(at / HOUR_S);
    if (open !== undefined && hour > open.hour) {
      const mean = open.sum / open.count;
      for (let missing = open.hour; missing < hour; missing += 1) hours.push(mean);
      hours.splice(0, hours.length - MOST_HOURS);
      open = undefined;
      const due = forecast === undefined || hour >= forecast.from + DAY;
      if (due && hours.length >= LEAST_HOURS) forecast = forecastFrom(hours, hour);
    }
    open = { hour, sum: (open?.sum ?? 0) + value, count: (open?.count ?? 0) + 1 };
    const place = forecast === undefined ? -1 : hour - forecast.from;
    const [point, half] = [forecast?.point[place], forecast?.half[place]];
    return point === undefined || half === undefined ? 0 : Math.abs(value - point) / half;
  };
}

/** Once in a process. The package does not name its compiled part, which lies beside the module. */
function load(): void {
  if (loaded) return;
  const module = createRequire(import.meta.url).resolve("@bsull/augurs/mstl");
  initSync({ module: readFileSync(join(dirname(module), "mstl_bg.wasm")) });
  loaded = true;
}

/** Of the next day. Undefined where no model fits, as for hours that are all alike. */
function forecastFrom(hours: readonly number[], from: number): Forecast | undefined {
  const spread = Math.max(...hours) - Math.min(...hours);
  if (spread === 0) return undefined;
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

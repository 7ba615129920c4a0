// The forecast of the loop's opinion on demand, over one long series of NAB.
import {
  forecastFrom,
  type Forecast,
} from "../../../../targets/reference-ai-stack/healer/detection/season-forecast.ts";
import type { Score } from "../../../../targets/reference-ai-stack/healer/detection/series/series.ts";
import { NUMBERS } from "../../../../targets/reference-ai-stack/healer/numbers.ts";

const HOUR_S = 3600;
const DAY = 24;
const { leastHours: LEAST_HOURS, mostHours: MOST_HOURS } = NUMBERS.season;

/** Distance to the forecast of the hour, in halves of its 95 % interval; 0 as long as there is none. */
export function seasonalForecast(): Score {
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

// Is more, or less, asked of the stack than this hour of the day has it? A forecast from the days before. A second
// opinion on demand: it needs four days of history, and is loaded only then.
import type { Signal } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Detector } from "./detector.ts";
import type { Forecast } from "./season-forecast.ts";

export interface SeasonState {
  /** Requests that had been started when the watch, or the gateway, began anew, and at the last look. */
  readonly started: { readonly atHour: number; readonly last: number } | null;
  readonly hourFrom: number;
  readonly at: number;
  /** Means of whole hours so far, requests per second, oldest first. */
  readonly hours: readonly number[];
  /** Hours that had passed when the newest of them ended. */
  readonly passed: number;
  readonly forecast: Forecast | null;
}

const RULE = NUMBERS.season;
const HOUR_MS = 3_600_000;
/** Asked exactly once per user request and never again for a retry. */
const COUNTED = "embedder";

let library: typeof import("./season-forecast.ts") | undefined;
let loading: Promise<void> | undefined;

/** The forecasting library, 1 MiB of WebAssembly, once there is something to forecast from. */
function forecasting(): typeof library {
  loading ??= import("./season-forecast.ts").then((loaded) => void (library = loaded));
  return library;
}

/** `demand-off-forecast`, scope: the inference service as a whole. */
export const seasonDetector: Detector<SeasonState> = {
  initial: { started: null, hourFrom: 0, at: 0, hours: [], passed: 0, forecast: null },
  take(state, observation) {
    if (observation.kind !== "traffic") return state;
    const { at, upstreams } = observation;
    const last = upstreams.filter(({ service }) => service === COUNTED).reduce((sum, view) => sum + view.started, 0);
    // A count that fell back began anew with the gateway: this hour is measured from here on.
    if (state.started === null || last < state.started.last) {
      return { ...state, started: { atHour: last, last }, hourFrom: at, at };
    }
    const here = { ...state, at, started: { ...state.started, last } };
    return at - state.hourFrom < HOUR_MS ? here : afterHour(here, last);
  },
  signals(state): readonly Signal[] {
    const seconds = (state.at - state.hourFrom) / 1000;
    const { started, forecast, passed, hours } = state;
    if (started === null || forecast === null || seconds < RULE.leastS) return [];
    const place = passed - forecast.from;
    const [hour, half] = [forecast.point[place], forecast.half[place]];
    if (hour === undefined || half === undefined) return [];
    const now = (started.last - started.atHour) / seconds;
    // What has passed of the hour has its middle earlier than the hour has.
    const before = forecast.point[place - 1] ?? hours.at(-1) ?? hour;
    const point = hour + (hour - before) * Math.min(0, (500 * seconds) / HOUR_MS - 0.5);
    if (Math.abs(now - point) <= Math.max(RULE.halves * half, RULE.leastShare * point)) return [];
    const [low, high] = [Math.max(0, point - half), point + half];
    const says =
      `${now.toFixed(1)} requests/s in this hour, forecast ${point.toFixed(1)} ` +
      `(95 %: ${low.toFixed(1)} to ${high.toFixed(1)})`;
    return [{ name: "demand-off-forecast", scope: { service: "inference" }, says }];
  },
  forget: (state) => state,
};

function afterHour(state: SeasonState, last: number): SeasonState {
  const mean = ((last - (state.started?.atHour ?? last)) * 1000) / (state.at - state.hourFrom);
  const hours = [...state.hours, mean].slice(-RULE.mostHours);
  const passed = state.passed + 1;
  const next = { ...state, started: { atHour: last, last }, hourFrom: state.at, hours, passed };
  if (hours.length < RULE.leastHours) return next;
  const isDue = state.forecast === null || passed >= state.forecast.from + state.forecast.point.length;
  return isDue ? { ...next, forecast: forecasting()?.forecastFrom(hours, passed) ?? null } : next;
}

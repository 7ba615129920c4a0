// Durations and rates as people write them ("400ms", "2s", "20/s"), and back.

import type { Ms } from "./units.ts";

/** What a duration looks like; also the pattern in the JSON Schemas. */
export const durationPattern = /^\d+(?:\.\d+)?(?:ms|s|m)$/;

/** How a duration is asked for, wherever one is read: intents, targets, parameters of faults, the command line. */
export const durationWords = "a duration such as 400ms, 2s or 1m";

/** What a rate looks like; also the pattern in the JSON Schemas. */
export const ratePattern = /^\d+(?:\.\d+)?\/(?:s|m)$/;

const msPerUnit: Readonly<Record<string, Ms>> = { ms: 1, s: 1000, m: 60_000 };

/** `400ms`, `2s`, `1.5s`, `1m` → milliseconds (rounded to whole ones); undefined when it is not a duration. */
export function parseDuration(text: string): Ms | undefined {
  if (!durationPattern.test(text)) return undefined;
  const unit = /[a-z]+$/.exec(text)?.[0] ?? "";
  const ms = Math.round(Number.parseFloat(text) * (msPerUnit[unit] ?? Number.NaN));
  return Number.isSafeInteger(ms) ? ms : undefined;
}

/** `20/s`, `600/m` → per second; undefined when it is not a rate. */
export function parseRate(text: string): number | undefined {
  if (!ratePattern.test(text)) return undefined;
  const perUnit = Number.parseFloat(text);
  const perSecond = text.endsWith("/m") ? perUnit / 60 : perUnit;
  return Number.isFinite(perSecond) ? perSecond : undefined;
}

/** Milliseconds as a person would write them: `400ms`, `1.5s`, `2m 5s`. */
export function formatDuration(ms: Ms): string {
  const whole = Math.round(ms);
  if (whole < 1000) return `${whole}ms`;
  if (whole < 60_000) return `${Number((whole / 1000).toFixed(1))}s`;
  const seconds = Math.round(whole / 1000);
  const rest = seconds % 60;
  return `${Math.floor(seconds / 60)}m${rest === 0 ? "" : ` ${rest}s`}`;
}

/** Whole seconds as people say them: `45 s`, `2 min 05 s`. */
export function elapsedText(ms: Ms): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

// Words of the command line as values; each throws InvalidArgumentError with what was expected.

import { InvalidArgumentError } from "commander";
import { parseHostPort, type HostPort } from "../core/host-port.ts";
import { badAddress } from "../core/addresses.ts";
import { durationWords, parseDuration, parseRate } from "../core/duration.ts";
import type { AskedShard } from "../plan/shards.ts";
import { planFormats, type PlanFormat } from "../plan/formats.ts";
import { failOnNames, type FailOn } from "../verdict/build-gates.ts";

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

export const trialsArgument = wholeNumber(1, 1000);
export const mostArgument = wholeNumber(1, 100);
export const seedArgument = wholeNumber(0, 2 ** 31 - 1);
export const waitArgument = wholeNumber(1, 3600);
export const lastArgument = wholeNumber(1, 1_000_000);
export const daysArgument = wholeNumber(0, 36_500);
export const portArgument = wholeNumber(0, 65_535);

export function durationArgument(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms === 0) throw new InvalidArgumentError(`expected ${durationWords}, more than 0.`);
  return ms;
}

/** `2/5`: the second of five. */
export function shardArgument(text: string): AskedShard {
  const [, index, of] = /^([1-9]\d{0,2})\/([1-9]\d{0,2})$/.exec(text)?.map(Number) ?? [];
  if (index === undefined || of === undefined || index > of) {
    throw new InvalidArgumentError("expected which one of how many, such as 2/5.");
  }
  return { index, of };
}

export function settingArgument(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, value] = /^([a-z][a-z0-9-]*)=([a-z][a-z0-9-]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError("expected a setting and its value, such as policy=careful.");
  }
  return Object.fromEntries([...Object.entries(before), [name, value]]);
}

/** `a=b=c` is what `a=b` is mapped to: names may hold equal signs, services do not. */
export function mapArgument(text: string, before: ReadonlyMap<string, string> = new Map()): Map<string, string> {
  const cut = text.lastIndexOf("=");
  if (cut < 1) throw new InvalidArgumentError("expected a word of the file and what it is, such as app=web=gateway.");
  return new Map([...before, [text.slice(0, cut), text.slice(cut + 1)]]);
}

/** A text, or with `name:int=`, `name:float=`, `name:bool=` and `name:json=` a value of that type. */
export function variableArgument(text: string, before: ReadonlyMap<string, unknown> = new Map()): Map<string, unknown> {
  const [, name, type = "str", value = ""] = /^([A-Za-z_]\w*)(?::(str|int|float|bool|json))?=([^]*)$/.exec(text) ?? [];
  try {
    if (name === undefined) throw new Error();
    return new Map([...before, [name, type === "str" ? value : (JSON.parse(value) as unknown)]]);
  } catch {
    throw new InvalidArgumentError("expected a name and a value, such as rate=10 or rate:int=10.");
  }
}

export function writtenDurationArgument(text: string): string {
  durationArgument(text);
  return text;
}

export function writtenRateArgument(text: string): string {
  if (!((parseRate(text) ?? 0) > 0)) throw new InvalidArgumentError("expected a rate such as 20/s.");
  return text;
}

export function placeArgument(text: string): HostPort {
  const place = parseHostPort(text);
  if (place === undefined) throw new InvalidArgumentError("expected HOST:PORT, such as 10.0.0.7:7900 or [::1]:7900.");
  return place;
}

export function allowArgument(text: string, before: readonly string[] = []): readonly string[] {
  const expected = badAddress(text);
  if (expected !== undefined) throw new InvalidArgumentError(`expected ${expected}.`);
  return [...before, text];
}

export function planFormatArgument(text: string): PlanFormat {
  const format = planFormats.find((known) => known === text);
  if (format === undefined) throw new InvalidArgumentError(`expected one of ${planFormats.join(", ")}.`);
  return format;
}

export const jobsArgument = wholeNumber(1, 16);

export function failOnArgument(text: string): readonly FailOn[] {
  return text.split(",").map((word) => {
    const name = failOnNames.find((known) => known === word.trim());
    if (name === undefined) throw new InvalidArgumentError(`expected some of ${failOnNames.join(",")}.`);
    return name;
  });
}

export function coverageArgument(text: string): number {
  const share = /^(0|1|[01]?\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (!(share >= 0 && share <= 1)) throw new InvalidArgumentError("expected a share from 0 to 1, such as 0.8.");
  return share;
}

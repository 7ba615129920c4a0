// Reads the objects of `options` key by key, and keeps every mistake with its place.

import { suggestName } from "../../../core/nearest.ts";
import type { Ms } from "../../../core/units.ts";
import type { Constant, Entry, Scalar } from "./constants.ts";
import type { ScriptFault } from "./nodes.ts";

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1e3,
  m: 6e4,
  h: 36e5,
  d: 864e5,
};

/** ms of a duration as k6 writes it (`90s`, `1m30s`; a bare number is ms); undefined of anything else. */
export function durationOf(value: Scalar): Ms | undefined {
  if (typeof value === "number") return value >= 0 ? value : undefined;
  if (typeof value !== "string" || !/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d))+$/.test(value)) return undefined;
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)/g)];
  return parts.reduce((sum, [, number, unit = ""]) => sum + Number(number) * (unitMs[unit] ?? 0), 0);
}

/** What a number of an option may be. */
interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** One object of `options`. */
export class Fields {
  readonly #constant: Constant;
  readonly #of: string;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #read = new Set<string>();
  readonly #report: (fault: ScriptFault) => void;

  /** `of` is how mistakes call it. */
  constructor(constant: Constant, of: string, report: (fault: ScriptFault) => void) {
    this.#constant = constant;
    this.#of = of;
    this.#report = report;
    this.#entries = constant.value instanceof Map ? constant.value : new Map<string, Entry>();
    if (!(constant.value instanceof Map)) {
      report({ at: constant.node.start, code: "RB1203", found: `${of} that is no object`, expected: "an object" });
    }
  }

  /** Keys and their values, in the order in which they are written; for objects of any keys. */
  get all(): readonly (readonly [string, Entry])[] {
    return [...this.#entries];
  }

  has(key: string): boolean {
    return this.#entries.get(key)?.constant.value !== undefined;
  }

  /** Where the object begins. */
  get at(): number {
    return this.#constant.node.start;
  }

  entry(key: string): Entry | undefined {
    this.#read.add(key);
    const entry = this.#entries.get(key);
    return entry?.constant.value === undefined ? undefined : entry;
  }

  object(key: string): Fields | undefined {
    const entry = this.entry(key);
    return entry && new Fields(entry.constant, `${this.#of}.${key}`, this.#report);
  }

  /** A list of objects. */
  objects(key: string): readonly Fields[] | undefined {
    const entry = this.entry(key);
    if (entry === undefined) return undefined;
    if (Array.isArray(entry.constant.value)) {
      const list = entry.constant.value as readonly Constant[];
      return list.map((one, index) => new Fields(one, `${this.#of}.${key}[${index}]`, this.#report));
    }
    this.wrong(entry, "a list of objects");
    return undefined;
  }

  text(key: string): string | undefined {
    return this.#take(key, "a text", (value) => (typeof value === "string" ? value : undefined));
  }

  /** A list of texts; what is wrong with it was reported. */
  list(key: string): readonly string[] | undefined {
    const entry = this.entry(key);
    if (entry === undefined) return undefined;
    const { value } = entry.constant;
    const texts = Array.isArray(value) ? (value as readonly Constant[]).map((one) => one.value) : [undefined];
    if (texts.every((one): one is string => typeof one === "string")) return texts;
    this.wrong(entry, "a list of texts");
    return undefined;
  }

  boolean(key: string): boolean | undefined {
    return this.#take(key, "true or false", (value) => (typeof value === "boolean" ? value : undefined));
  }

  /** A duration, ms, no longer than a day. */
  duration(key: string, least: Ms = 0): Ms | undefined {
    const words = least > 0 ? "a duration above 0, such as 30s or 1m30s" : "a duration, such as 30s or 1m30s";
    return this.#take(key, words, (value) => {
      const ms = durationOf(value);
      return ms !== undefined && ms >= least && ms <= 864e5 ? ms : undefined;
    });
  }

  number(key: string, { least, most }: Bounds): number | undefined {
    return this.#take(key, `a whole number from ${least} to ${most}`, (value) =>
      typeof value === "number" && value >= least && value <= most && Number.isInteger(value) ? value : undefined,
    );
  }

  /** Texts by name; numbers and booleans are taken as texts. */
  texts(key: string): Readonly<Record<string, string>> {
    const fields = this.object(key);
    if (fields === undefined) return {};
    return Object.fromEntries(
      fields.all.flatMap(([name, entry]) => {
        const { value } = entry.constant;
        if (typeof value !== "object") return [[name, String(value)]];
        fields.wrong(entry, "a text");
        return [];
      }),
    );
  }

  /** A key without which nothing can be made of the object. */
  lacks(key: string, expected = `\`${key}\``): void {
    this.#report({ at: this.at, code: "RB1203", found: `${this.#of} without \`${key}\``, expected });
  }

  wrong({ constant }: Entry, expected: string): void {
    const { node, value } = constant;
    const found = typeof value === "object" && value !== null ? "something else" : JSON.stringify(value);
    this.#report({ at: node.start, code: "RB1203", found, expected });
  }

  /** Reports what was not read: it is misspelt, or outside of the subset. */
  refuseRest(): void {
    for (const [key, { key: node }] of this.#entries) {
      if (this.#read.has(key)) continue;
      const hint = suggestName(key, [...this.#read]);
      const expected = `one of ${[...this.#read].join(", ")} (the part of k6 that Rebound runs)`;
      const fault = { at: node.start, code: "RB1203" as const, found: `${this.#of}.${key}`, expected };
      this.#report(hint === undefined ? fault : { ...fault, suggestion: hint });
    }
  }

  #take<T>(key: string, expected: string, from: (value: Scalar) => T | undefined): T | undefined {
    const entry = this.entry(key);
    if (entry === undefined) return undefined;
    const { value } = entry.constant;
    const taken = typeof value === "object" && value !== null ? undefined : from(value);
    if (taken === undefined) this.wrong(entry, expected);
    return taken;
  }
}

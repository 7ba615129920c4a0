// The module `k6/metrics` of a script. Runs inside the engine.

import { call } from "./host.ts";
import { tagsOf } from "./tags.ts";

/** Samples of one name. It is made at the top of a file, and added to in functions. */
class Metric {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  /** Was it added? What is neither a finite number, also as a text, nor a boolean is none, as in k6. */
  add(value: number | boolean | string, tags?: object): boolean {
    const isOne = typeof value === "string" ? value.trim() !== "" : ["number", "boolean"].includes(typeof value);
    if (!isOne || !Number.isFinite(Number(value))) return false;
    call("sample", { metric: this.name, value: Number(value), tags: tagsOf(tags) });
    return true;
  }
}

/** A sum. */
export class Counter extends Metric {}

/** Its newest value. */
export class Gauge extends Metric {}

/** The share of samples that are not 0. */
export class Rate extends Metric {}

/** Values whose mean, least, most and percentiles are asked for. */
export class Trend extends Metric {}

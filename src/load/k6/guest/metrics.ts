// The module `k6/metrics` of a script. Runs inside the engine.

import { call } from "./host.ts";

/** Samples of one name. It is made at the top of a file, and added to in functions. */
class Metric {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  add(value: number | boolean): void {
    const number = Number(value);
    if (!Number.isFinite(number)) throw new TypeError(`${String(value)} is no sample of ${this.name}`);
    call("sample", { metric: this.name, value: number });
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

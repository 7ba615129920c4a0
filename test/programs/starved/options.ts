// How the busy processes are asked for on a command line.

import type { Busy } from "./busy-processes.ts";

export class Usage extends Error {}

/** `--busy 10 --nice 0,19 --apart`; throws Usage. No number of processes is 0. */
export function busyOf(values: {
  readonly busy?: string | undefined;
  readonly nice?: string | undefined;
  readonly apart?: boolean | undefined;
}): Busy {
  const { busy = "0", nice = "0", apart = false } = values;
  if (!/^\d{1,3}$/.test(busy))
    throw new Usage(`--busy is ${JSON.stringify(busy)}; expected a whole number from 0 to 999`);
  const list = nice.split(",").map((value) => value.trim());
  if (!list.every((value) => /^1?\d$/.test(value)))
    throw new Usage(`--nice is ${JSON.stringify(nice)}; expected numbers from 0 to 19, with commas between them`);
  return { processes: Number(busy), nice: list.map(Number), apart };
}

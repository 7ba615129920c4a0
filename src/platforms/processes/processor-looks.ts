// Looks at who had the processors and who waited for one, since the look before. Linux only; synchronous, for a thread
// of its own.

import { readdirSync } from "node:fs";
import type { PressureLook, ProcessWait } from "../../records/pressure.ts";
import type { Ms } from "../../core/units.ts";
import { instanceOf } from "./instance.ts";
import { bootIdFile, startTimeFrom } from "./process-table.ts";
import { oursKey, watchTrees, type Member, type ProcessTree } from "./process-trees.ts";
import {
  listOf,
  processorTimes,
  programOf,
  readNow,
  stalledMs,
  waitedMs,
  type ProcessorTimes,
} from "./processor-figures.ts";

/** Below this nothing is told of a process, ms. */
const leastMs: Ms = 1;

export interface ProcessorLooks {
  add(key: string, tree: ProcessTree): void;
  drop(key: string): void;
  /** By the key of each stack: what happened since the look before; nothing for one that was added since. */
  look(): ReadonlyMap<string, PressureLook>;
}

/**
 * Processor time of the members of one tree, and how long the most delayed thread of each waited, since the look
 * before.
 */
interface Share {
  cpuMs: Ms;
  readonly waits: { readonly pid: number; readonly waitMs: Ms; readonly runMs: Ms }[];
}

interface Counters {
  readonly member: Member;
  readonly threads: ReadonlyMap<string, Ms>;
}

/**
 * Looks from here on; the first look of a stack only begins to count. Throws RangeError where the kernel does not tell.
 */
export function watchProcessorUse(root: number): ProcessorLooks {
  const trees = watchTrees(root);
  const processors = listOf(/^Cpus_allowed_list:\s*(.*)$/m.exec(readNow("/proc/self/status"))?.[1] ?? "");
  const nameOf = makeNamer();
  const boot = readNow(bootIdFile);
  let counters = new Map<number, Counters>();
  let times = timesNow(processors);
  let stalls = stallsNow();
  const keys = new Set<string>();
  const since = new Set<string>();

  function lookOf(key: string, shares: ReadonlyMap<string, Share>, whole: Whole): PressureLook {
    const mine = shares.get(key) ?? { cpuMs: 0, waits: [] };
    const ours = shares.get(oursKey) ?? { cpuMs: 0, waits: [] };
    const waits = mine.waits
      .filter(({ waitMs, runMs }) => waitMs >= leastMs || runMs >= leastMs)
      .map(({ pid, waitMs, runMs }): ProcessWait => {
        const start = counters.get(pid)?.member.start ?? "";
        const instance = instanceOf({ pid, startTime: startTimeFrom(start, boot) });
        return { instance, what: nameOf(pid, start), waitMs, runMs };
      });
    return {
      ok: true,
      cores: processors.length,
      target: { cpuMs: mine.cpuMs, waits },
      ours: { cpuMs: ours.cpuMs, waitMs: Math.max(0, ...ours.waits.map(({ waitMs }) => waitMs)) },
      othersMs: Math.max(0, whole.busyMs - whole.idlersMs - mine.cpuMs - ours.cpuMs),
      stolenMs: whole.stolenMs,
      ...(whole.stalled && { stalled: whole.stalled }),
    };
  }

  return {
    add(key, tree) {
      keys.add(key);
      trees.add(key, tree);
    },
    drop(key) {
      trees.drop(key);
      keys.delete(key);
      since.delete(key);
    },
    look() {
      const members = trees.look();
      const now = new Map([...members].map(([pid, member]) => [pid, { member, threads: threadsOf(pid) }]));
      const [timesThen, stallsThen] = [times, stalls];
      times = timesNow(processors);
      stalls = stallsNow();
      const { shares, idlersMs } = sharesOf(counters, now);
      counters = now;
      const whole: Whole = {
        busyMs: times.busyMs - timesThen.busyMs,
        stolenMs: Math.max(0, times.stolenMs - timesThen.stolenMs),
        idlersMs,
        ...(stalls && stallsThen && { stalled: stalledSince(stallsThen, stalls) }),
      };
      const looks = new Map([...since].map((key) => [key, lookOf(key, shares, whole)]));
      for (const key of keys) since.add(key);
      return looks;
    },
  };
}

/** More digits would only fill the timeline. */
function tenths(ms: Ms): Ms {
  return Math.round(10 * ms) / 10;
}

interface Whole extends ProcessorTimes {
  /** Used by ours that run only when nobody else wants to: as good as idle. */
  readonly idlersMs: Ms;
  readonly stalled?: NonNullable<Extract<PressureLook, { ok: true }>["stalled"]>;
}

type Stalled = NonNullable<Whole["stalled"]>;

function timesNow(processors: readonly number[]): ProcessorTimes {
  const times = processorTimes(readNow("/proc/stat"), processors);
  if (times === null) throw new RangeError("/proc/stat does not tell of this machine's processors");
  return times;
}

function stallsNow(): Stalled | undefined {
  const [cpuMs, memoryMs, ioMs] = ["cpu", "memory", "io"].map((what) => stalledMs(readNow(`/proc/pressure/${what}`)));
  if (typeof cpuMs !== "number" || typeof memoryMs !== "number" || typeof ioMs !== "number") return undefined;
  return { cpuMs, memoryMs, ioMs };
}

function stalledSince(then: Stalled, now: Stalled): Stalled {
  return {
    cpuMs: tenths(now.cpuMs - then.cpuMs),
    memoryMs: tenths(now.memoryMs - then.memoryMs),
    ioMs: tenths(now.ioMs - then.ioMs),
  };
}

function threadsOf(pid: number): ReadonlyMap<string, Ms> {
  const threads = new Map<string, Ms>();
  for (const thread of threadIds(pid)) {
    const waited = waitedMs(readNow(`/proc/${pid}/task/${thread}/schedstat`));
    if (waited !== null) threads.set(thread, waited);
  }
  return threads;
}

function threadIds(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/**
 * Differences by tree. What a child used is told by its parent once it has ended and was waited for; so much of it as
 * was told of the child itself before is taken off again.
 */
function sharesOf(
  then: ReadonlyMap<number, Counters>,
  now: ReadonlyMap<number, Counters>,
): { readonly shares: ReadonlyMap<string, Share>; readonly idlersMs: Ms } {
  const shares = new Map<string, Share>();
  const inherited = new Map<string, Ms>();
  let idlersMs: Ms = 0;
  const shareOf = (key: string): Share => {
    const share = shares.get(key) ?? { cpuMs: 0, waits: [] };
    shares.set(key, share);
    return share;
  };
  const inherit = (key: string, ms: Ms): void => void inherited.set(key, (inherited.get(key) ?? 0) + ms);
  for (const [pid, { member, threads }] of now) {
    const known = then.get(pid);
    const before = known?.member.start === member.start ? known : undefined;
    const runMs = Math.max(0, member.cpuMs - (before?.member.cpuMs ?? 0));
    if (member.idlePolicy) {
      idlersMs += runMs;
      continue;
    }
    const share = shareOf(member.key);
    share.cpuMs += runMs;
    inherit(member.key, member.childrenMs - (before?.member.childrenMs ?? 0));
    const waits = [...threads].map(([id, waited]) => waited - (before?.threads.get(id) ?? 0));
    share.waits.push({ pid, waitMs: tenths(Math.max(0, ...waits)), runMs });
  }
  for (const [pid, { member }] of then) {
    if (now.get(pid)?.member.start !== member.start) inherit(member.key, -(member.cpuMs + member.childrenMs));
  }
  for (const [key, ms] of inherited) if (ms > 0) shareOf(key).cpuMs += ms;
  return { shares, idlersMs };
}

/** Names of processes for people, by pid and start time; read once for each. */
function makeNamer(): (pid: number, start: string) => string {
  const names = new Map<string, string>();
  return (pid, start) => {
    const id = `${pid} ${start}`;
    const name = names.get(id) ?? programOf(readNow(`/proc/${pid}/cmdline`));
    // One that has no command line of its own yet is asked again.
    if (name !== "") names.set(id, name);
    return name === "" ? `pid ${pid}` : name;
  };
}

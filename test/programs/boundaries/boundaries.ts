// Kills a healer at a boundary of a step, lets it live again, and counts what happened twice or not at all, against a
// life that nobody killed. Effects are operations of the supervisor, claims on the feed, audit records and lessons.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { StateFile } from "../../../targets/reference-ai-stack/healer/durable/state-file.ts";
import { openMemory } from "../../../targets/reference-ai-stack/healer/learning/memory.ts";
import { noRestate, startRestate } from "../../support/restate-server.ts";
import { freePort } from "../../support/free-port.ts";
import type { EngineSpec, LifeSpec } from "./healer.ts";
import { CASE as WHOLE_CASE } from "./killer.ts";
import type { Boundary } from "./killer.ts";
import { SCENARIOS } from "./scenarios.ts";
import { openStandIn } from "./stand-in.ts";
import type { StandIn } from "./stand-in.ts";

/** Scenarios that do something to the stack. */
const ACTING = new Set(SCENARIOS.flatMap(({ name, pathway }) => (pathway.tier === "none" ? [] : [name])));

interface Step {
  readonly key: string;
  readonly name: string;
}

export interface Cell {
  readonly scenario: string;
  readonly step: Step;
  readonly phase: Boundary["phase"];
  readonly doubled: readonly string[];
  readonly lost: readonly string[];
}

const PHASES = ["before", "during", "after"] as const;
const TOKEN = "token-of-this-test";
/** Lives at a time: most of each is a wait for the hold of its verification. */
const AT_ONCE = 4;
/** A life that has not ended by then hangs, ms. */
const LIFE_LIMIT_MS = 60_000;
/** The case as a whole: its first and its last row. */
const CASE: Step = { key: WHOLE_CASE, name: WHOLE_CASE };

/** `kept` for each effect what happened; the same in every life that does its work. */
type Effects = ReadonlyMap<string, number>;

export interface Asked {
  readonly engine: EngineSpec["kind"];
  /** Scenarios of these names; none: all. */
  readonly only: readonly string[];
  /** Of every so many boundaries one is killed at; 1: all. */
  readonly every: number;
}

/** Where lives run: what each pair of them is given as its engine. */
type Engines = () => Promise<EngineSpec>;

/** Every boundary that is asked for. Throws when the engine is not installed. */
export async function measureBoundaries(asked: Asked): Promise<readonly Cell[]> {
  if (asked.engine === "sqlite") return measureOn(async () => ({ kind: "sqlite" }), asked);
  if (noRestate !== undefined) throw new Error(noRestate);
  await using server = await startRestate();
  let realms = 0;
  const { ingress, admin } = server;
  // Awaited here, because the server ends with this function.
  return await measureOn(async () => {
    realms += 1;
    return { kind: "restate", server: { ingress, admin }, port: await freePort(), realm: `life-${realms}` };
  }, asked);
}

async function measureOn(engines: Engines, { only, every }: Asked): Promise<readonly Cell[]> {
  const named = SCENARIOS.filter(({ name }) => only.length === 0 || only.includes(name));
  const cells = await inTurn(
    named.map(({ name }) => async () => {
      const whole = await inFolder(async (folder) => {
        const [output, effects] = await liveThrough({ engine: await engines(), scenario: name, folder, kill: null });
        if (ACTING.has(name)) tellIdle(name, effects);
        return { steps: JSON.parse(output) as Step[], effects };
      });
      const boundaries = [CASE, ...whole.steps].flatMap((step) => PHASES.map((phase) => ({ step, phase })));
      return boundaries.map((at) => () => cellOf(engines, { scenario: name, ...at }, whole.effects));
    }),
  );
  // Each scenario begins somewhere else, so that few cells still come to every kind of step, and to each scenario.
  return inTurn(
    cells.flatMap((list, at) => list.filter((_, n) => n % every === (at * 7) % Math.min(every, list.length))),
  );
}

/** Says loudly that nothing was done: whoever kills there tries nothing of the pathway. */
function tellIdle(scenario: string, effects: Effects): void {
  if ([...effects.keys()].some((effect) => effect.startsWith("operation "))) return;
  const says = `${scenario} has done nothing: its way finds nothing in what this healer sees (seen.ts)`;
  process.stderr.write(`\n!!! NOT TRIED: ${says}\n\n`);
}

/** What these jobs give, in their order, `AT_ONCE` of them at a time. Rejects with the first that does. */
async function inTurn<Answer>(jobs: readonly (() => Promise<Answer>)[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  const left = jobs.entries();
  const work = async (): Promise<void> => {
    for (const [n, job] of left) answers[n] = await job();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return answers;
}

async function cellOf(
  engines: Engines,
  { scenario, step, phase }: Pick<Cell, "scenario" | "step" | "phase">,
  wanted: Effects,
): Promise<Cell> {
  const effects = await inFolder(async (folder) => {
    const kill = { key: step.key, phase };
    const [, found] = await liveThrough({ engine: await engines(), scenario, folder, kill });
    return found;
  });
  const more = (a: Effects, b: Effects): string[] =>
    [...a].flatMap(([effect, times]) => (times > (b.get(effect) ?? 0) ? [effect] : []));
  return { scenario, step, phase, doubled: more(effects, wanted), lost: more(wanted, effects) };
}

async function inFolder<Answer>(work: (folder: string) => Promise<Answer>): Promise<Answer> {
  const folder = await mkdtemp(join(tmpdir(), "boundaries-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** One life, or two when the first is killed; what the last one printed, and everything that happened. */
async function liveThrough(
  asked: Pick<LifeSpec, "engine" | "scenario" | "folder" | "kill">,
): Promise<readonly [output: string, effects: Effects]> {
  const standIn = await openStandIn(TOKEN);
  try {
    const spec = { ...asked, supervisorPort: standIn.port, token: TOKEN };
    const first = await life(spec);
    if (asked.kill === null) return [succeeded(first), await effectsIn(standIn, asked.folder)];
    if (first.signal !== "SIGKILL") {
      throw new Error(`${asked.scenario}: nothing was killed at ${JSON.stringify(asked.kill)}: ${first.errors}`);
    }
    const second = await life({ ...spec, kill: null });
    return [succeeded(second), await effectsIn(standIn, asked.folder)];
  } finally {
    await standIn.close();
  }
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
  readonly errors: string;
}

function succeeded({ code, signal, output, errors }: Ended): string {
  if (code !== 0) throw new Error(`a life ended with ${signal ?? `code ${code}`}: ${errors}`);
  return output;
}

async function life(spec: LifeSpec): Promise<Ended> {
  // From the sources as from dist/: the healer itself always runs compiled.
  const entry = fileURLToPath(new URL("healer.js", import.meta.url)).replace(
    /^(.*?)(\/dist)?\/test\//,
    "$1/dist/test/",
  );
  const child = spawn(process.execPath, [entry, JSON.stringify(spec)], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LIFE_LIMIT_MS,
    killSignal: "SIGTERM",
  });
  let [output, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, output, errors }));
  });
}

async function effectsIn(standIn: StandIn, folder: string): Promise<Effects> {
  const effects = new Map<string, number>();
  const count = (effect: string, times = 1): void => void effects.set(effect, (effects.get(effect) ?? 0) + times);
  for (const operation of standIn.operations()) count(`operation ${operation}`);
  for (const type of await standIn.claims()) count(`claim ${type}`);
  const audit = (await readFile(join(folder, "audit.ndjson"), "utf8")).trimEnd().split("\n");
  for (const line of audit) count(`audit ${(JSON.parse(line) as { what: string }).what}`);
  const quiet = { mostPages: 10_000, wallTime: () => "", onTrouble: (): void => undefined };
  const lessons = new StateFile(join(folder, "learning.sqlite"), quiet);
  const { remedies } = openMemory({ state: lessons, wallTime: () => "", audit: () => undefined }).read();
  lessons.close();
  for (const means of Object.values(remedies)) {
    for (const [name, { healed, failed }] of Object.entries(means)) {
      count(`lesson ${name} healed`, healed);
      count(`lesson ${name} failed`, failed);
    }
  }
  return effects;
}

// exec: how many replicas let a command end well that is run where they run. A command that could not be run says
// nothing of the replica; one that failed, said something else or did not end in time is a seeing.

import { z } from "zod";
import { messageOf } from "../core/errors.ts";
import { probeKind, type KeyProblem, type ProbeBase, type ProbedReplica } from "../core/probe-kind.ts";
import type { SampleContext, WrittenOfAll } from "../core/probe-kind.ts";
import { reasonText } from "../core/reasons.ts";
import type { CommandOutcome } from "../core/run-inside.ts";
import { fitsWithin, SlowExpression } from "../lib/bounded-match.ts";
import type { Reading } from "../records/timeline/reading.ts";
import { lookSignal } from "./access.ts";

/** For one output, ms: an expression that takes longer would hold up everything that is measured. */
const matchWithinMs = 50;
/** Of what a command wrote, in a note. */
const shownChars = 80;
/** By POSIX, 2.8.2, of a program that cannot be run, and of one that is not there; engines say it so, too. */
const notRun: readonly number[] = [126, 127];
const word = "a word of the command, as the program is given it";

const shape = {
  command: z
    .array(z.string(word).min(1, word))
    .min(1)
    .max(50)
    .describe(
      "Program and arguments, run where the replica runs; `{port}` is where it listens there. No shell reads it.",
    ),
  says: z
    .string("a regular expression of JavaScript")
    .exactOptional()
    .describe("Fits something that it writes to standard output; ^ and $ are ends of lines. Absent: its code decides."),
  env: z
    .record(z.string(), z.string("a text"))
    .exactOptional()
    .describe("Variables beside those that the replica has, such as `PGPASSWORD: {env:MY_KEY}`."),
};

type Params = z.infer<z.ZodObject<typeof shape>>;

/** Replicas in which a command ends with 0, and says what it shall. */
export const exec = probeKind({
  kind: "exec",
  about: "number of replicas in which a command ends with 0 and, where `says` is given, writes what fits",
  shape,
  params: (written): Params => written,
  bounds: (_spec, replicas) => ({ lo: 0, hi: replicas }),
  check,
  open: (spec) => async (context) => countWell(spec, context),
});

function check({ command, says, env = {}, data }: Params & WrittenOfAll): readonly KeyProblem[] {
  const problems: KeyProblem[] = [];
  if (data === true)
    problems.push({ key: "data", found: "true", expected: "false: replicas are counted here, and no data" });
  try {
    if (says !== undefined) void new RegExp(says, "mu");
  } catch (thrown) {
    problems.push({ key: "says", found: messageOf(thrown), expected: "a regular expression of JavaScript" });
  }
  if ([...command, ...Object.values(env)].some((text) => text.includes("\0"))) {
    problems.push({ key: "command", found: "a zero byte", expected: "text: the system ends a word there" });
  }
  const variable = Object.keys(env).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (variable !== undefined) {
    problems.push({ key: "env", found: JSON.stringify(variable), expected: "names such as PGPASSWORD" });
  }
  return problems;
}

interface Told {
  readonly replica: string;
  /** Absent: it is well. */
  readonly ill?: string;
  readonly unseen?: string;
}

async function countWell(spec: ProbeBase & Params, { access, signal }: SampleContext): Promise<Reading> {
  const replicas = access.replicas(spec.service);
  if (replicas.length === 0) return { ok: false, reason: "no replica is known yet" };
  const inTime = lookSignal(signal, spec.timeoutMs);
  const told = await Promise.all(replicas.map(async (replica) => toldBy(spec, replica, inTime)));
  if (signal.aborted) return { ok: false, reason: "the look was ended from outside" };
  const blind = told.find(({ unseen }) => unseen !== undefined);
  if (blind !== undefined) return { ok: false, reason: `${blind.replica}: ${blind.unseen}` };
  const ill = told.flatMap(({ replica, ill: why }) => (why === undefined ? [] : [`${replica}: ${why}`]));
  const value = told.length - ill.length;
  return ill.length === 0 ? { ok: true, value } : { ok: true, value, note: ill.join("; ") };
}

async function toldBy(spec: Params, probed: ProbedReplica, signal: AbortSignal): Promise<Told> {
  const { replica, isRunning, runInside } = probed;
  if (isRunning === null) return { replica, ill: "no process" };
  if (runInside === undefined) return { replica, unseen: "no command can be run there on this platform" };
  const outcome = await runInside({ command: spec.command, env: spec.env ?? {} }, signal);
  return { replica, ...judged(spec, outcome) };
}

function judged({ command, says }: Params, outcome: CommandOutcome): Omit<Told, "replica"> {
  if (outcome.what !== "ended") return { [outcome.what]: outcome.why };
  const { code, output, complaints } = outcome;
  const words = JSON.stringify(reasonText(`${complaints} ${output}`, shownChars));
  if (notRun.includes(code)) return { unseen: `it has no ${command[0]} that can be run: ended with ${code}, ${words}` };
  if (code !== 0) return { ill: `ended with ${code}, ${words}` };
  if (says === undefined) return {};
  try {
    if (fitsWithin(matchWithinMs, [new RegExp(says, "mu")], [output]).length > 0) return {};
    return { ill: `ended with 0, and says ${words}` };
  } catch (thrown) {
    if (thrown instanceof SlowExpression) return { unseen: thrown.message };
    throw thrown;
  }
}

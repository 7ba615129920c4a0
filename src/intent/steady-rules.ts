// What must be true of the conditions of an intent: they compile, speak of probes there are, and can come out either
// way.

import { compileExpression } from "../language/expression.ts";
import type { ExpressionProblem } from "../language/expression-tokens.ts";
import { fewestInWindow, probeOfName } from "../core/user-probes.ts";
import { checkCanComeOut } from "./constant-rules.ts";
import type { Draft } from "./draft.ts";
import { columnOfName, msOf, slowestProbe } from "./draft.ts";
import { mostRequestsPerSecond } from "./load-bounds.ts";
import { streamProblem, unsentProblem, userNamesIn } from "./stream-rules.ts";
import { checkTails } from "./tail-rules.ts";
import { suggestName } from "../core/nearest.ts";
import { parseRate } from "../core/duration.ts";
import type { CodedProblem } from "../core/errors.ts";
import type { DataPath } from "../language/yaml-nodes.ts";

const mostConditions = 20;

/** Checks load, windows and every expression of an intent. */
export function checkSteadyState(draft: Draft): void {
  const { steady, expect, load } = draft.parts;
  const where = steady?.where ?? {};
  checkConditions(draft, ["steady", "where"], where);
  checkConditions(draft, ["expect", "never"], expect?.never ?? {});
  checkConditions(draft, ["abort_if"], draft.parts.abort_if ?? {});
  if (steady && Object.keys(where).length === 0) {
    draft.report(["steady", "where"], { code: "RB0301", found: "no conditions", expected: "at least one condition" });
  } else if (steady && Object.values(where).every((text) => isReadable(draft, text) && !isUsersView(text))) {
    draft.report(
      ["steady", "where"],
      {
        code: "RB0302",
        found: "no condition that users would notice",
        expected: "at least one condition with names under users. only",
      },
      "key",
    );
  }
  if (steady) {
    checkExitConditions(draft, steady);
    checkBadAfter(draft, steady);
    checkProbePeriods(draft, steady);
  }
  if (load) checkLoad(draft, load);
  checkWindow(draft);
}

type Steady = NonNullable<Draft["parts"]["steady"]>;

/**
 * Exit conditions are of conditions that there are, and of the same view: else nobody knows whose recovery they hold
 * up.
 */
function checkExitConditions(draft: Draft, { where, back = {} }: Steady): void {
  checkConditions(draft, ["steady", "back"], back);
  for (const [name, text] of Object.entries(back)) {
    const path = ["steady", "back", name];
    const entry = where[name];
    if (entry === undefined) {
      const hint = suggestName(name, Object.keys(where));
      draft.report(
        path,
        {
          code: "RB0303",
          found: `"${name}", which is no condition under where`,
          expected: "names of conditions under where",
          ...(hint === undefined ? {} : { suggestion: hint }),
        },
        "key",
      );
    } else if ([entry, text].every((each) => isReadable(draft, each)) && isUsersView(entry) !== isUsersView(text)) {
      draft.report(path, {
        code: "RB0304",
        found: "an exit condition that looks at other things than the entry condition",
        expected: isUsersView(entry) ? "names under users. only, as under where" : "a probe's name, as under where",
      });
    }
  }
}

function checkBadAfter(draft: Draft, { bad_after: badAfter }: Steady): void {
  if (typeof badAfter !== "object" || badAfter.windows <= badAfter.of) return;
  const found = `${badAfter.windows} bad windows of ${badAfter.of}`;
  draft.report(["steady", "bad_after", "windows"], { code: "RB0309", found, expected: `at most ${badAfter.of}` });
}

/** Shortest time between two looks of a probe, ms. */
const shortestPeriod = 10;

function checkProbePeriods(draft: Draft, { probe_every: every = {} }: Steady): void {
  for (const [name, text] of Object.entries(every)) {
    const path = ["steady", "probe_every", name];
    const ms = msOf(text);
    const probe = draft.target?.probes.find((candidate) => candidate.name === name);
    if (draft.target && !probe) {
      const hint = suggestName(
        name,
        draft.target.probes.map((candidate) => candidate.name),
      );
      draft.report(
        path,
        {
          code: "RB0404",
          found: `unknown probe "${name}"`,
          expected: `a probe of ${draft.target.name}`,
          ...(hint === undefined ? {} : { suggestion: hint }),
        },
        "key",
      );
    } else if (probe?.ofStream !== undefined) {
      const suggestion = `say \`rate\` of the stream ${probe.ofStream} under load`;
      draft.report(path, {
        code: "RB0313",
        found: text,
        expected: "none: its source looks once a request",
        suggestion,
      });
    } else if (ms !== undefined && (ms < shortestPeriod || ms > (probe?.everyMs ?? Infinity))) {
      const most = probe === undefined ? "" : ` to ${probe.everyMs}ms, as the target says`;
      draft.report(path, {
        code: "RB0313",
        found: text,
        expected: `${shortestPeriod}ms${most === "" ? " or more" : most}`,
      });
    }
  }
}

/** users: only names under `users.` appear (baseline or not). */
export function isUsersView(expression: string): boolean {
  const compiled = compileExpression(expression);
  return compiled.ok && compiled.expression.names.every((name) => probeOfName(name).startsWith("users."));
}

/** Does it compile, of names that there are? What it looks at cannot be told otherwise. */
function isReadable(draft: Draft, text: string): boolean {
  const compiled = compileExpression(text);
  return compiled.ok && compiled.expression.names.every((name) => namesKnown(draft).includes(probeOfName(name)));
}

/** Where the target is not known, only the names of users are. */
function namesKnown(draft: Draft): readonly string[] {
  return [...userNamesIn(draft), ...(draft.target?.probes ?? []).map(({ name }) => name)];
}

function checkConditions(draft: Draft, path: DataPath, conditions: Readonly<Record<string, string>>): void {
  const names = Object.keys(conditions);
  if (names.length > mostConditions) {
    draft.report(
      path,
      { code: "RB0305", found: `${names.length} conditions`, expected: `at most ${mostConditions}` },
      "key",
    );
  }
  for (const [name, text] of Object.entries(conditions)) checkExpression(draft, [...path, name], text);
}

/** Checks one condition: it compiles, speaks of probes that there are, and can come out either way. */
export function checkExpression(draft: Draft, path: DataPath, text: string): void {
  const compiled = compileExpression(text);
  if (!compiled.ok) {
    for (const problem of compiled.problems) draft.reportInside(path, problem.column, withoutColumn(problem));
    return;
  }
  const { expression } = compiled;
  if (expression.type !== "boolean") {
    draft.report(path, {
      code: "RB0206",
      found: "an expression that gives a number",
      expected: "a condition",
      suggestion: "compare it, e.g. with <=",
    });
  }
  if (expression.names.length === 0) {
    draft.report(path, {
      code: "RB0306",
      found: "a condition that is always the same",
      expected: "the name of a probe in it",
    });
  } else if (expression.names.every((name) => probeOfName(name) !== name)) {
    const expected = "a probe as it is now in it, such as users.error_share";
    draft.report(path, { code: "RB0306", found: "a condition of the baseline alone, which stays as it was", expected });
  } else if (expression.type === "boolean") checkCanComeOut(draft, path, expression);
  checkTails(draft, path, expression.names);
  if (!draft.target) return;
  const known = namesKnown(draft);
  for (const name of expression.names) {
    const probe = probeOfName(name);
    const idle = idleProblem(draft, probe) ?? unsentProblem(draft, probe);
    if (idle !== undefined) draft.reportInside(path, columnOfName(text, name), idle);
    if (known.includes(probe)) continue;
    const stream = streamProblem(draft, probe);
    if (stream !== undefined) {
      // At the stream's own name, behind `users.` and what may stand before it.
      draft.reportInside(path, columnOfName(text, name) + name.indexOf("users.") + "users.".length, stream);
      continue;
    }
    const hint = suggestName(probe, known);
    draft.reportInside(path, columnOfName(text, name), {
      code: "RB0404",
      found: `unknown probe "${probe}"`,
      expected: `a probe of users or of ${draft.target.name}`,
      ...(hint === undefined ? {} : { suggestion: hint }),
    });
  }
}

/** A probe that looks only with another value of a setting than the intent has: the condition could never be judged. */
function idleProblem({ target, parts }: Draft, name: string): Omit<CodedProblem, "place"> | undefined {
  const probe = target?.probes.find((candidate) => candidate.name === name);
  for (const [setting, value] of Object.entries(probe?.onlyWith ?? {})) {
    const has = parts.settings?.[setting] ?? target?.settings?.[setting]?.byDefault;
    if (has === undefined || has === value) continue;
    return {
      code: "RB0312",
      found: `"${name}", which looks only where the setting ${setting} is ${value}; here it is ${has}`,
      expected: "a probe that looks in this intent",
      suggestion: `choose ${setting}: ${value} under settings, or leave the condition out`,
    };
  }
  return undefined;
}

function withoutColumn({ code, found, expected, suggestion }: ExpressionProblem): Omit<ExpressionProblem, "column"> {
  return { code, found, expected, ...(suggestion === undefined ? {} : { suggestion }) };
}

function checkLoad(draft: Draft, load: NonNullable<Draft["parts"]["load"]>): void {
  const rate = parseRate(load.rate);
  if (rate !== undefined && (rate <= 0 || rate > mostRequestsPerSecond)) {
    draft.report(["load", "rate"], {
      code: "RB0501",
      found: load.rate,
      expected: `more than 0/s and at most ${mostRequestsPerSecond}/s`,
    });
  }
  const slow = msOf(load.slow_over);
  const timeout = msOf(load.timeout);
  if (slow !== undefined && timeout !== undefined && slow >= timeout) {
    draft.report(["load", "slow_over"], {
      code: "RB0502",
      found: load.slow_over,
      expected: `less than timeout (${load.timeout})`,
      suggestion: "a request that is given up is an error, not slow",
    });
  }
  const window = msOf(draft.parts.steady?.window);
  if (rate === undefined || window === undefined || window <= 0 || rate <= 0) return;
  const requests = (rate * window) / 1000;
  if (requests < fewestInWindow) {
    draft.report(["steady", "window"], {
      code: "RB0311",
      found: `${draft.parts.steady?.window ?? ""} at ${load.rate} (${Number(requests.toFixed(1))} requests in a window)`,
      expected: `at least ${fewestInWindow} requests in a window`,
      suggestion: `use a window of ${Math.ceil((fewestInWindow / rate) * 1000)}ms or more, or a higher rate`,
    });
  }
}

function checkWindow(draft: Draft): void {
  const { steady, load } = draft.parts;
  const window = msOf(steady?.window);
  if (steady === undefined || window === undefined) return;
  const baseline = msOf(load?.baseline);
  const probe = slowestProbe(draft);
  const least = 3 * Math.max(window, probe?.everyMs ?? 0);
  if (load && baseline !== undefined && baseline < least) {
    const slowest = probe && probe.everyMs > window ? `periods of ${probe.name} (${probe.everyMs}ms)` : "windows";
    draft.report(["load", "baseline"], {
      code: "RB0504",
      found: load.baseline,
      expected: `at least 3 ${slowest}: ${least}ms`,
    });
  }
}

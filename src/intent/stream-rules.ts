// What must be true of the streams that an intent names: the target has them, the intent sends them, and they come as
// bounded as all load.

import { formatDuration, parseRate } from "../core/duration.ts";
import type { CodedProblem } from "../core/errors.ts";
import { suggestName } from "../core/nearest.ts";
import { fewestInWindow, userName, userNameOf, userProbes } from "../core/user-probes.ts";
import type { DataPath } from "../language/yaml-nodes.ts";
import { namesIn, type Draft } from "./draft.ts";
import { itemOf } from "./disturbance-items.ts";
import { mostRequestsPerSecond } from "./load-bounds.ts";
import { msOf } from "./draft.ts";

/** Checks every place at which an intent names a stream, but for expressions; those are checked as such. */
export function checkStreams(draft: Draft): void {
  const { load, expect, disturb = [] } = draft.parts;
  for (const name of Object.keys(load?.streams ?? {})) checkSent(draft, name);
  if (load) checkRates(draft, load);
  if (expect?.budget?.stream !== undefined) checkNamed(draft, ["expect", "budget", "stream"], expect.budget.stream);
  for (const [index, written] of disturb.entries()) {
    const { item, params } = itemOf(written, ["disturb", index]);
    const stream = item.with?.["stream"];
    const acts = draft.context.faultTable.get(item.fault)?.acts;
    if (acts === "load" && typeof stream === "string") checkNamed(draft, [...params, "stream"], stream);
  }
}

/** Names of what users saw that an expression of this intent may ask for. */
export function userNamesIn(draft: Draft): readonly string[] {
  const [first, ...others] = streamNames(draft);
  const sent = others.filter((name) => !isMissing(draft, name));
  const named = others.length === 0 || first === undefined ? sent : [first, ...sent];
  return [...userProbes, ...named.flatMap((name) => userProbes.map((probe) => userName(probe, name)))];
}

/**
 * What is wrong with the stream in a name of what users saw; undefined where it is none, or a stream of this intent, or
 * the target is not known.
 */
export function streamProblem(draft: Draft, probe: string): Omit<CodedProblem, "place"> | undefined {
  const stream = userNameOf(probe)?.stream;
  if (stream === undefined || draft.target === undefined) return undefined;
  const known = streamNames(draft);
  if (!known.includes(stream)) return unknownStream(draft, stream);
  return isMissing(draft, stream) ? notSent(stream) : undefined;
}

/** What is wrong with a probe of a stream's own where the intent does not send that stream; undefined: nothing. */
export function unsentProblem(draft: Draft, probe: string): Omit<CodedProblem, "place"> | undefined {
  const stream = draft.target?.probes.find(({ name }) => name === probe)?.ofStream;
  return stream !== undefined && isMissing(draft, stream) ? notSent(stream) : undefined;
}

/** Names of the target's streams, the default stream first. */
function streamNames({ target }: Draft): readonly string[] {
  return (target?.streams ?? []).map(({ name }) => name);
}

function unknownStream(draft: Draft, name: string): Omit<CodedProblem, "place"> {
  const known = streamNames(draft);
  const hint = suggestName(name, known);
  const found = `unknown stream "${name}"`;
  const expected = `a stream of ${draft.target?.name ?? "the target"}`;
  return { code: "RB0405", found, expected, ...(hint !== undefined && { suggestion: hint }) };
}

/**
 * True of a stream of the target that the intent does not send. While `load` cannot be read, or names a stream that
 * there is not, that is reported, and nobody knows what was meant to be sent.
 */
function isMissing(draft: Draft, name: string): boolean {
  const { load } = draft.parts;
  const known = streamNames(draft);
  const sent = Object.keys(load?.streams ?? {});
  if (load === undefined || known.indexOf(name) === 0 || sent.some((each) => !known.includes(each))) return false;
  return !sent.includes(name);
}

function notSent(name: string): Omit<CodedProblem, "place"> {
  const found = `the stream "${name}", which this intent does not send`;
  return {
    code: "RB0406",
    found,
    expected: "a stream under load.streams, or the first of the target",
    suggestion: `add \`streams: { ${name}: {} }\` under load`,
  };
}

/** A stream under `load.streams`. */
function checkSent(draft: Draft, name: string): void {
  if (draft.target === undefined) return;
  const path = ["load", "streams", name];
  const known = streamNames(draft);
  if (!known.includes(name)) return draft.report(path, unknownStream(draft, name), "key");
  if (known.indexOf(name) !== 0) return;
  const found = `"${name}", the first stream of ${draft.target.name}`;
  draft.report(
    path,
    { code: "RB0407", found, expected: "other streams: how this one comes is said by load itself" },
    "key",
  );
}

/** A stream that is named anywhere else. */
function checkNamed(draft: Draft, path: DataPath, name: string): void {
  if (draft.target === undefined) return;
  const known = streamNames(draft);
  if (!known.includes(name)) return draft.report(path, unknownStream(draft, name));
  if (isMissing(draft, name)) draft.report(path, notSent(name));
}

type Load = NonNullable<Draft["parts"]["load"]>;

function checkRates(draft: Draft, load: Load): void {
  let total = parseRate(load.rate) ?? 0;
  for (const [name, own] of Object.entries(load.streams ?? {})) {
    const path = ["load", "streams", name];
    const rate = parseRate(own.rate ?? load.rate) ?? 0;
    total += rate;
    if (own.rate !== undefined && parseRate(own.rate) === 0) {
      draft.report([...path, "rate"], { code: "RB0501", found: own.rate, expected: "more than 0/s" });
    } else if (total > mostRequestsPerSecond) {
      const found = `${own.rate ?? load.rate}, which makes ${Number(total.toFixed(2))}/s of all streams`;
      const expected = `at most ${mostRequestsPerSecond}/s together`;
      draft.report(
        own.rate === undefined ? path : [...path, "rate"],
        { code: "RB0501", found, expected },
        own.rate === undefined ? "key" : "value",
      );
    }
    checkLimits(draft, load, name);
    checkSeldom(draft, { name, rate, written: own.rate ?? load.rate });
  }
}

function checkLimits(draft: Draft, load: Load, name: string): void {
  const own = load.streams?.[name] ?? {};
  const path = ["load", "streams", name];
  const limits = [
    { key: "slow_over", atLeast: 1, atMost: 60_000 },
    { key: "timeout", atLeast: 10, atMost: 120_000 },
  ] as const;
  for (const { key, atLeast, atMost } of limits) {
    const [text, ms] = [own[key], msOf(own[key])];
    if (text === undefined || ms === undefined || (ms >= atLeast && ms <= atMost)) continue;
    draft.report([...path, key], {
      code: "RB0503",
      found: text,
      expected: `${formatDuration(atLeast)} to ${formatDuration(atMost)}`,
    });
  }
  const [slow, timeout] = [msOf(own.slow_over ?? load.slow_over), msOf(own.timeout ?? load.timeout)];
  if ((own.slow_over ?? own.timeout) === undefined || slow === undefined || timeout === undefined || slow < timeout)
    return;
  const key = own.slow_over === undefined ? "timeout" : "slow_over";
  const found = own[key] ?? "";
  const expected =
    key === "timeout"
      ? `more than slow_over (${load.slow_over})`
      : `less than timeout (${own.timeout ?? load.timeout})`;
  draft.report([...path, key], {
    code: "RB0502",
    found,
    expected,
    suggestion: "a request that is given up is an error, not slow",
  });
}

/** A stream that is asked about needs enough requests in a window, as the default stream does. */
function checkSeldom(draft: Draft, { name, rate, written }: { name: string; rate: number; written: string }): void {
  const window = msOf(draft.parts.steady?.window);
  const requests = (rate * (window ?? 0)) / 1000;
  const isAsked = namesIn(draft).some((probe) => userNameOf(probe)?.stream === name);
  if (window === undefined || rate <= 0 || !isAsked || requests >= fewestInWindow) return;
  const found = `${written} (${Number(requests.toFixed(1))} requests in a window of ${draft.parts.steady?.window ?? ""})`;
  const expected = `at least ${fewestInWindow} requests of a stream that a condition asks about`;
  const suggestion = `use a window of ${Math.ceil((fewestInWindow / rate) * 1000)}ms or more, or a higher rate`;
  const own = draft.parts.load?.streams?.[name]?.rate;
  draft.report(
    ["load", "streams", name, ...(own === undefined ? [] : ["rate"])],
    { code: "RB0311", found, expected, suggestion },
    own === undefined ? "key" : "value",
  );
}

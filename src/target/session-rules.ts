// What must be true of sessions: shares add up, names are unique, steps are whole requests, and keys are named.

import { parseDuration } from "../core/duration.ts";
import { fieldsIn } from "../core/dataset.ts";
import type { DataPath } from "../language/yaml-nodes.ts";
import type { SessionFile, StepFile, ThinkFile } from "./session-schema.ts";
import { requestStreamsIn, stepsIn } from "./stream-schema.ts";
import type { RequestStreamFile, WrittenStream } from "./stream-schema.ts";
import type { TargetDraft } from "./target-names.ts";
import { textsIn } from "./target-traffic.ts";

/** The longest that a user may think, ms: longer than that a trial would see the first steps alone. */
const longestThinkMs = 60_000;
/** Written shares may be rounded. */
const shareSlack = 0.001;

/** Checks the sessions of every stream. */
export function checkSessions(draft: TargetDraft): void {
  for (const written of requestStreamsIn(draft.file.traffic)) {
    const { path, stream } = written;
    const { session } = stream;
    if (session === undefined) continue;
    checkNoKeyElsewhere(draft, path, stream);
    if (stream.canary === true) {
      const expected = "one of the two: canaries are for requests that stand alone";
      draft.report([...path, "canary"], { code: "RB1015", found: "`canary` beside `session`", expected });
    }
    checkShares(draft, path, session);
    checkNames(draft, [...path, "session"], "users", session);
    for (const [group, users] of session.entries()) {
      const at = [...path, "session", group];
      if (users.think !== undefined) checkThink(draft, [...at, "think"], users.think);
      checkKeysOf(draft, at, users.keys ?? []);
      checkNames(draft, [...at, "steps"], "name", users.steps);
      checkKeyUse(draft, written, group);
    }
    for (const { path: at, step } of stepsIn(written)) checkStep(draft, at, step);
  }
}

function checkShares(draft: TargetDraft, path: DataPath, session: SessionFile): void {
  if (session.length === 1 && session[0]?.share === undefined) return;
  const lacking = session.findIndex(({ share }) => share === undefined);
  if (lacking !== -1) {
    const found = `no share of the group "${session[lacking]?.users ?? ""}"`;
    return draft.report([...path, "session", lacking], {
      code: "RB1015",
      found,
      expected: "`share` for each of several groups",
    });
  }
  const sum = session.reduce((total, { share = 0 }) => total + share, 0);
  if (Math.abs(sum - 1) <= shareSlack) return;
  draft.report([...path, "session"], {
    code: "RB1015",
    found: `shares that add up to ${Number(sum.toFixed(4))}`,
    expected: "1",
  });
}

function checkNames<Key extends string>(
  draft: TargetDraft,
  path: DataPath,
  key: Key,
  items: readonly Readonly<Record<Key, string>>[],
): void {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const name = item[key];
    if (seen.has(name))
      draft.report([...path, index, key], { code: "RB1002", found: `"${name}" again`, expected: "each name once" });
    seen.add(name);
  }
}

function checkThink(draft: TargetDraft, path: DataPath, think: ThinkFile): void {
  const written = typeof think === "string" ? { from: think, to: think } : think;
  const [from = 0, to = 0] = [parseDuration(written.from), parseDuration(written.to)];
  if (from > to)
    draft.report(path, { code: "RB1006", found: `${written.from} to ${written.to}`, expected: "the least first" });
  if (Math.max(from, to) <= longestThinkMs) return;
  draft.report(path, { code: "RB1006", found: from > to ? written.from : written.to, expected: "at most 60s" });
}

/** No value is repeated, since it may be a key. */
function checkKeysOf(draft: TargetDraft, path: DataPath, keys: readonly string[]): void {
  for (const [index, key] of keys.entries()) {
    if (/^\{env:[^{}]*\}$/.test(key)) continue;
    const expected = "`{env:NAME}`: a key by the name of its environment variable, and nothing else";
    draft.report([...path, "keys", index], { code: "RB1015", found: "a text that is no name of a key", expected });
  }
}

const asksKey = ({ headers = {} }: Pick<RequestStreamFile, "headers">): boolean =>
  Object.values(headers).some((text) => fieldsIn(text).some(({ field }) => field === "key"));

/** Keys that nobody sends, and a place for a key that nobody has. */
function checkKeyUse(draft: TargetDraft, { path, stream }: WrittenStream<RequestStreamFile>, group: number): void {
  const users = stream.session?.[group];
  if (users === undefined) return;
  const isAsked = asksKey(stream) || users.steps.some((step) => asksKey(step));
  const [at, name] = [[...path, "session", group], users.users];
  if (users.keys !== undefined && !isAsked) {
    draft.report([...at, "keys"], {
      code: "RB1015",
      found: "keys that no header names",
      expected: "`{key}` in a header",
    });
  } else if (users.keys === undefined && isAsked) {
    const found = `{key} in a header, and no keys of the group "${name}"`;
    draft.report(at, { code: "RB1015", found, expected: "`keys` of each group whose headers have {key}" });
  }
}

/** Headers are written down nowhere; all else may be. */
function checkNoKeyElsewhere(
  draft: TargetDraft,
  path: DataPath,
  { url = "", body }: Pick<StepFile, "url" | "body">,
): void {
  for (const [at, text] of [[[...path, "url"], url] as const, ...textsIn(body, [...path, "body"])]) {
    if (!fieldsIn(text).some(({ field }) => field === "key")) continue;
    draft.report(at, {
      code: "RB1011",
      found: "{key} where it would be written down",
      expected: "{key} in headers alone",
    });
  }
}

function checkStep(draft: TargetDraft, path: DataPath, step: StepFile): void {
  const isFirst = path.at(-1) === 0;
  checkNoKeyElsewhere(draft, path, step);
  if (step.think !== undefined) {
    checkThink(draft, [...path, "think"], step.think);
    if (isFirst)
      draft.report([...path, "think"], {
        code: "RB1015",
        found: "a think time before the first step",
        expected: "none",
      });
  }
  if (step.row !== undefined && isFirst) {
    draft.report([...path, "row"], {
      code: "RB1015",
      found: "`row: same` of the first step",
      expected: "a step before it",
    });
  }
  if (step.url === undefined) return;
  for (const key of ["method", "stream"] as const) {
    if (step[key] !== undefined) continue;
    const expected = `\`${key}\`: a step with a URL of its own shares the stream's headers alone`;
    draft.report([...path, "url"], { code: "RB1015", found: `a URL without \`${key}\``, expected });
  }
}

// What must be true of when disturbances begin and end: one beginning each, within what is watched, and able to come.

import { formatDuration } from "../core/duration.ts";
import { armOf, isControl, type ArmName } from "../core/arms.ts";
import { hasFeed } from "../core/feed-source.ts";
import { suggestName } from "../core/nearest.ts";
import { claimTypes } from "../records/claim.ts";
import type { Ms } from "../core/units.ts";
import type { DataPath } from "../language/yaml-nodes.ts";
import { claimNamed, itemOf, type FaultItem } from "./disturbance-items.ts";
import type { Draft } from "./draft.ts";
import { hasHealer, msOf } from "./draft.ts";
import { checkExpression } from "./steady-rules.ts";

/** Taking effect and being taken back take tens of ms each: less than this is no stay. */
const leastStayMs: Ms = 100;
const mostMs: Ms = 1_800_000;
/** True of an arm in which no healer acts, or must not. */
function isWithoutActing(arm: ArmName): boolean {
  return armOf(arm).healer === "off" || isControl(arm);
}

/** Checks the keys `at`, `for`, `when` and `during` of every disturbance. */
export function checkTiming(draft: Draft): void {
  const items = (draft.parts.disturb ?? []).map((written) => itemOf(written, []).item);
  for (const [index, item] of items.entries()) {
    const path = ["disturb", index];
    checkOneBeginning(draft, path, item);
    checkTimes(draft, path, item);
    if (typeof item.when === "string") checkExpression(draft, [...path, "when"], item.when);
    if (typeof item.when === "object") checkClaim(draft, [...path, "when", "claim"], item.when.claim);
    if (waitsForHealer(item)) checkHealer(draft, [...path, waitingKey(item)]);
  }
  if (items.length === 0 || !items.every(waitsForHealer)) return;
  draft.report(["disturb"], {
    code: "RB0614",
    found: "only disturbances that wait for the healer",
    expected: "one that begins without it, for it to answer",
  });
}

function checkOneBeginning(draft: Draft, path: DataPath, item: FaultItem): void {
  const [first, ...more] = (["at", "when", "during"] as const).filter((key) => item[key] !== undefined);
  for (const key of more) {
    const expected = "one of at, when and during";
    draft.report([...path, key], { code: "RB0614", found: `${key} beside ${first ?? ""}`, expected }, "key");
  }
}

function checkTimes(draft: Draft, path: DataPath, item: FaultItem): void {
  const watched = item.at === undefined && item.for === undefined ? undefined : watchedMs(draft);
  const [at, lasts] = [msOf(item.at), msOf(item.for)];
  if (item.at !== undefined && at !== undefined && at > mostMs) {
    draft.report([...path, "at"], { code: "RB0615", found: item.at, expected: `0s to ${formatDuration(mostMs)}` });
  } else if (item.at !== undefined && at !== undefined && watched !== undefined && at >= watched.ms) {
    const expected = `less than is watched: ${formatDuration(watched.ms)} (${watched.key})`;
    draft.report([...path, "at"], { code: "RB0615", found: item.at, expected });
  }
  if (item.for === undefined || lasts === undefined) return;
  if (lasts < leastStayMs || lasts > mostMs) {
    const expected = `${formatDuration(leastStayMs)} to ${formatDuration(mostMs)}`;
    draft.report([...path, "for"], { code: "RB0615", found: item.for, expected });
  } else if (watched !== undefined && (at ?? 0) + lasts > watched.ms) {
    const from = at === undefined || at === 0 ? "" : ` from ${item.at ?? ""} on`;
    const expected = `its end within what is watched: ${formatDuration(watched.ms)} (${watched.key})`;
    const suggestion = "leave `for` out to take it back at the end";
    draft.report([...path, "for"], { code: "RB0615", found: `${item.for}${from}`, expected, suggestion });
  }
}

function watchedMs({ parts }: Draft): { readonly ms: Ms; readonly key: string } | undefined {
  const recovered = msOf(parts.expect?.recovered?.within);
  if (recovered !== undefined) return { ms: recovered, key: "expect.recovered.within" };
  const ms = msOf(parts.watch);
  return ms === undefined ? undefined : { ms, key: "watch" };
}

function checkClaim(draft: Draft, path: DataPath, name: string): void {
  if (claimNamed(name) !== undefined) return;
  const hint = suggestName(name, claimTypes);
  const expected = `one of ${claimTypes.join(", ")}`;
  draft.report(path, {
    code: "RB0414",
    found: `unknown claim "${name}"`,
    expected,
    ...(hint !== undefined && { suggestion: hint }),
  });
}

function waitsForHealer(item: FaultItem): boolean {
  return item.during !== undefined || typeof item.when === "object";
}

function waitingKey(item: FaultItem): "during" | "when" {
  return item.during === undefined ? "when" : "during";
}

/** Somebody must be there to act, and to be heard, in every arm. */
function checkHealer(draft: Draft, path: DataPath): void {
  const { target, parts } = draft;
  const key = String(path.at(-1));
  if (target && (!hasHealer(target) || (key === "when" && !hasFeed(target)))) {
    const lacks = hasHealer(target) ? "publishes no feed" : "has no healer";
    draft.report(
      path,
      {
        code: "RB0616",
        found: `${key} waits for the healer, and ${target.name} ${lacks}`,
        expected: "at, which waits for nobody",
      },
      "key",
    );
  }
  const arm = parts.arms?.find(isWithoutActing);
  if (arm === undefined) return;
  const found = `${key} waits for the healer, and in the arm ${arm} it does not act`;
  draft.report(
    path,
    { code: "RB0616", found, expected: "arms in which it acts, or at, which waits for nobody" },
    "key",
  );
}

// Which intents a night of a given length shall run: those that teach the most, by what the history knows of each. The
// order is ours; decision 0920 has the reasons. Pure: the same history, plans and instant give the same choice.

import type { Ms } from "../../core/units.ts";
import type { HistoryRow } from "../../records/history-row.ts";
import type { TrialPlan } from "../../records/plan.ts";
import { assess, type Assessed, type Ground, type IntentAsked, type NightItem } from "./assess.ts";
import { rowsBySeries } from "./evidence.ts";

/** What may be run, what is known, how much time there is, and what time it is. */
export interface NightAsked {
  readonly intents: readonly IntentAsked[];
  readonly plans: readonly TrialPlan[];
  /** Oldest run first; those that began at `nowMs` or later are passed over. */
  readonly rows: readonly HistoryRow[];
  readonly budgetMs: Ms;
  /** Since 1970. */
  readonly nowMs: Ms;
}

export interface LeftOut extends NightItem {
  /** What was left of the budget when its turn came, ms. */
  readonly leftMs: Ms;
}

export interface Night {
  readonly budgetMs: Ms;
  /** In the order in which they were chosen. */
  readonly chosen: readonly NightItem[];
  readonly plannedMs: Ms;
  /** In the order in which they had their turn. */
  readonly leftOut: readonly LeftOut[];
}

/** In this order, whatever a trial costs; within a ground it is bits for the time. */
const order: readonly Ground[] = ["failed", "changed", "untried", "known"];

/**
 * Takes whole intents, since their arms are compared with each other, until nothing more fits into the budget. First
 * what failed in its last run, then what changed since, then what was never judged, then the rest. Of what was never
 * judged, pathways that have the fewest intents tonight come first. Then the greatest value: the bits that its trials
 * are expected to tell, for each minute that they take, divided by one more than the intents of tonight with the same
 * pathway. Of equals that which was judged longest ago, then by name. What does not fit when its turn comes is left
 * out, and the next one may fit.
 */
export function chooseNight({ intents, plans, rows, budgetMs, nowMs }: NightAsked): Night {
  const rowsOf = rowsBySeries(rows, nowMs);
  const byIntent = new Map<string, TrialPlan[]>(intents.map(({ id }) => [id, []]));
  for (const plan of plans) byIntent.get(plan.intent)?.push(plan);
  let waiting = intents.flatMap((intent) => {
    const own = byIntent.get(intent.id) ?? [];
    return own.length === 0 ? [] : [assess(intent, own, rowsOf, nowMs)];
  });
  const chosen: Assessed[] = [];
  const leftOut: LeftOut[] = [];
  let plannedMs = 0;
  while (waiting.length > 0) {
    const taken = new Map<string | null, number>();
    for (const { item } of chosen) taken.set(item.pathway, (taken.get(item.pathway) ?? 0) + 1);
    const best = waiting.reduce((first, other) => (comesBefore(other, first, taken) ? other : first));
    waiting = waiting.filter((other) => other !== best);
    if (plannedMs + best.item.plannedMs <= budgetMs) {
      chosen.push(best);
      plannedMs += best.item.plannedMs;
    } else leftOut.push({ ...best.item, leftMs: budgetMs - plannedMs });
  }
  return { budgetMs, chosen: chosen.map(({ item }) => item), plannedMs, leftOut };
}

type Taken = ReadonlyMap<string | null, number>;

function comesBefore(one: Assessed, other: Assessed, taken: Taken): boolean {
  const [a, b] = [keyOf(one, taken), keyOf(other, taken)];
  const at = a.findIndex((part, index) => part !== b[index]);
  if (at === -1) return one.item.intent < other.item.intent;
  return (a[at] ?? 0) < (b[at] ?? 0);
}

/** Least first. */
function keyOf({ item, judgedMs }: Assessed, taken: Taken): readonly number[] {
  const { ground, pathway, bits, plannedMs } = item;
  const same = taken.get(pathway) ?? 0;
  const value = bits / Math.max(1, plannedMs) / (1 + same);
  return [order.indexOf(ground), ground === "untried" ? same : 0, -value, judgedMs];
}

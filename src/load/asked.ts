// What is asked when something is due: a request that stands alone, or a step of a session.

import type { Row } from "../core/dataset.ts";
import type { TrafficSpec } from "../core/target.ts";
import type { Ms } from "../core/units.ts";
import type { RequestEvent } from "../records/timeline/request.ts";
import { makeRowPicker } from "./schedule.ts";
import { makeSessions } from "./sessions.ts";
import type { PlannedSession } from "./sessions.ts";

/** A request that is due. */
export interface Asked {
  readonly traffic: TrafficSpec;
  readonly row: Row;
  /** The session whose step it is, and which. */
  readonly part?: { readonly session: PlannedSession; readonly index: number };
}

interface BeginsWith {
  readonly traffic: TrafficSpec;
  readonly rows: readonly Row[];
  readonly seed: number;
  readonly trial?: string;
}

/** Makes what each send time of the schedule asks: one request, or the first step of a session. */
export function beginning({ traffic, rows, seed, trial = "" }: BeginsWith): () => Asked {
  const draw = makeRowPicker(rows.length, seed, traffic.name);
  const pickRow = (): Row => rows[draw()] ?? {};
  if (traffic.session === undefined) return () => ({ traffic, row: pickRow() });
  const begin = makeSessions({ users: traffic.session, pickRow, seed, stream: traffic.name, trial });
  return () => stepOf(begin(), 0);
}

function stepOf(session: PlannedSession, index: number): Asked {
  const planned = session.steps[index];
  if (planned === undefined) throw new RangeError(`a session has no step ${index}`);
  return { traffic: planned.step.request, row: planned.row, part: { session, index } };
}

/** As events name the step. */
export function placeOf({ part }: Asked): Pick<RequestEvent, "session"> {
  if (part === undefined) return {};
  const { number, users, steps } = part.session;
  return { session: { number, users, step: steps[part.index]?.step.name ?? "" } };
}

/** The step after it, and how long its user thinks before; undefined after the last one, and of what stands alone. */
export function nextOf({ part }: Asked): { readonly asked: Asked; readonly thinkMs: Ms } | undefined {
  const planned = part?.session.steps[part.index + 1];
  if (part === undefined || planned === undefined) return undefined;
  return { asked: stepOf(part.session, part.index + 1), thinkMs: planned.thinkMs };
}

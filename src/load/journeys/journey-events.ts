// What one journey is in the timeline: a request of its stream, a reading for each of the stream's probes, a journey.

import type { LoadEvent } from "../../core/load-source.ts";
import type { Ms } from "../../core/units.ts";
import type { FromRunner, JourneyStream } from "./messages.ts";

/** The step whose end is the first token, as users see it. */
const FIRST_TOKEN = "first token painted";

/** What the runner told of one journey. */
export type Over = Extract<FromRunner, { readonly type: "over" }>;

/** Of a reason, characters. */
const MOST_WORDS = 500;

/** What is said to people of why something was bad: secrets are taken out before it is cut. */
export function reasonOf(text: string, hide: (text: string) => string): string {
  return hide(text).slice(0, MOST_WORDS);
}

/** When a journey began, by both clocks, when its body had ended, and when the runner told of it, which is later. */
interface When {
  readonly from: Ms;
  readonly wallFrom: number;
  readonly endedAt: Ms;
  readonly at: Ms;
  /** Takes secrets out of what the journey says. */
  readonly hide: (text: string) => string;
}

/** What one journey is as a request of its stream, as readings of its probes, and as a journey. */
export function eventsOf(
  of: JourneyStream,
  over: Over,
  { from, wallFrom, endedAt, at, hide }: When,
): readonly LoadEvent[] {
  const good = over.status === "passed";
  const tookMs = ({ title, endedAt }: Over["steps"][number]): Ms =>
    round(over.measured[title] ?? Math.max(0, endedAt - wallFrom));
  const seen = over.steps.filter(({ ok }) => ok).map((step) => ({ step: step.title, tookMs: tookMs(step) }));
  const title = over.steps.find(({ ok }) => !ok)?.title;
  const missed = title === undefined ? undefined : hide(title);
  const took = new Map(seen.map(({ step, tookMs: ms }) => [step, ms]));
  const end = Math.max(from, endedAt);
  const first = took.get(FIRST_TOKEN);
  const why =
    missed === undefined ? (over.status === "timedOut" ? "timeout" : "journey failed") : `not seen: ${missed}`;
  const base = { at: end, probe: "", from };
  const readings = Object.entries(of.sees).map(([name, step]): LoadEvent => {
    const ms = took.get(step);
    const value = ms ?? of.spec.timeoutMs;
    const note = ms === undefined ? { note: `not seen within ${of.spec.timeoutMs} ms` } : {};
    return { kind: "reading", ...base, probe: `journey.${of.name}.${name}`, reading: { ok: true, value, ...note } };
  });
  return [
    {
      kind: "request",
      at: end,
      id: over.id,
      ...(of.stream !== undefined && { stream: of.stream }),
      intended: from,
      sent: from,
      firstToken: first === undefined ? null : Math.min(round(from + first), end),
      done: good ? end : null,
      outcome: good ? "answered" : "error",
      ...(!good && { error: why }),
      right: null,
    },
    {
      kind: "reading",
      ...base,
      probe: `journey.${of.name}.whole`,
      reading: { ok: true, value: good ? 1 : 0, ...(!good && { note: why }) },
    },
    ...readings,
    {
      kind: "journey",
      at: Math.max(end, at),
      id: over.id,
      name: of.name,
      from,
      good,
      seen: seen.map(({ step, tookMs: ms }) => ({ step: hide(step), tookMs: ms })),
      ...(missed !== undefined && { missed }),
      ...(!good && over.reason !== undefined && { reason: reasonOf(over.reason, hide) }),
    },
  ];
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}

// One case on its way: the flow that remembers it, its incident, and the number of the attempt at it.
import type { Flow } from "../durable/flow.ts";
import type { EventDetail, EventType, Journal, SaidEvent } from "../governance/journal.ts";
import type { Clock, Incident } from "../nouns.ts";

export interface Attempt {
  readonly flow: Flow;
  readonly incident: Incident;
  /** Counts from 1; 0 before the first decision. */
  readonly number: number;
}

/** The key of a step of this attempt. What is the same in two attempts has a key in each. */
export function keyOf({ number }: Pick<Attempt, "number">, name: string): string {
  return `${number} ${name}`;
}

const SAY = "say ";

/** Says something once, and remembers that it was said. */
export async function say(
  attempt: Attempt,
  parts: { readonly journal: Journal; readonly clock: Clock },
  type: EventType,
  detail: EventDetail,
): Promise<void> {
  const { flow, incident } = attempt;
  const said = await flow.step(SAY + type, keyOf(attempt, SAY + type), async () => {
    const event: SaidEvent = { type, time: parts.clock.wallTime(), detail };
    await parts.journal.say(incident, type, detail, event.time);
    return event;
  });
  // Known already, unless it was said in an earlier life and its end was written last of all.
  parts.journal.recall(incident, [said]);
}

/** What the steps of a flow have said, in their order. */
export function saidIn(steps: readonly { readonly name: string; readonly answer?: unknown }[]): readonly SaidEvent[] {
  return steps.flatMap(({ name, answer }) =>
    name.startsWith(SAY) && answer !== undefined ? [answer as SaidEvent] : [],
  );
}

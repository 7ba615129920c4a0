// The harness's side of a connection to an agent: greets, and compares the clocks as long as it is open.

import { setTimeout as delay } from "node:timers/promises";
import type { Ms } from "../core/units.ts";
import { openClockCourse, type ClockCourse, type RoundTrip } from "../core/clock-course.ts";
import { answerMs, dial } from "./dial.ts";
import { openHearing, type Hearing, type Saying } from "./hearing.ts";
import { openLineChannel, type LineChannel } from "./line-channel.ts";
import { fromAgentSchema, protocolVersion, type FromAgent, type ToAgent } from "./messages.ts";
import { type AgentPlace } from "./place.ts";
import { placeText } from "../core/host-port.ts";

/** Clocks are compared this often, ms; meanwhile they drift by 1 ms at most (see clock-course.ts). */
const compareEveryMs: Ms = 1_000;
/** Round trips of one comparison: the shortest counts. */
const tripsAtOnce = 4;
/** Of the first one, which also warms both sides up. */
const tripsAtFirst = 12;

/** An agent that has greeted us. */
export interface AgentLink extends Pick<Hearing, "next"> {
  readonly hello: Saying<"hello">;
  readonly channel: LineChannel<ToAgent>;
  /** Instants of the agent are ms since this one of its clock, ns. */
  readonly agentEpochNs: bigint;
  /** Compared every second. An agent that does not answer is let go of. */
  readonly clock: ClockCourse;
  /** Compares the clocks once more. Rejects when no answer comes in time. */
  compare(): Promise<void>;
  /** Who hears of events from now on, and of each comparison. */
  listen(listener: LinkListener): void;
}

interface LinkListener {
  readonly onEvents: (events: Saying<"events">["events"]) => void;
  readonly onCompared: () => void;
}

/**
 * Connects and compares the clocks; `epochNs`: the epoch of ours, ns. Throws HarnessError "environment" when nobody is
 * there, or does not take our token.
 */
export async function connectAgent(agent: AgentPlace, epochNs: bigint): Promise<AgentLink> {
  const socket = await dial(agent);
  const hearing = openHearing(placeText(agent));
  let listener: LinkListener = { onEvents: () => undefined, onCompared: () => undefined };
  const channel = openLineChannel<ToAgent, FromAgent, bigint>(socket, {
    schema: fromAgentSchema,
    stamp: () => process.hrtime.bigint(),
    onMessage(message, arrived) {
      if (message.type === "events") return listener.onEvents(message.events);
      if (message.type === "refused") hearing.fail(message.reason);
      hearing.take(message, arrived);
    },
  });
  const over = new AbortController();
  void channel.closed.then((why) => {
    over.abort();
    hearing.fail(`the connection to it ended: ${why}`);
  });
  try {
    const greeting = hearing.next("hello", answerMs);
    channel.send({ type: "hello", version: protocolVersion });
    const { message: hello } = await greeting;
    const asking = askTime(channel, hearing, epochNs);
    const clock = openClockCourse(await asking.trips(tripsAtFirst));
    const compare = async (): Promise<void> => {
      clock.compare(await asking.trips(tripsAtOnce));
      listener.onCompared();
    };
    void keepComparing(compare, over.signal).catch(() => channel.end());
    const listen = (to: LinkListener): void => void (listener = to);
    return {
      hello,
      channel,
      agentEpochNs: asking.agentEpochNs(),
      clock,
      compare,
      next: (...what) => hearing.next(...what),
      listen,
    };
  } catch (thrown) {
    channel.end();
    throw thrown;
  }
}

/** Until the signal; rejects when an answer does not come. */
async function keepComparing(compare: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (;;) {
    await delay(compareEveryMs, undefined, { signal });
    await compare();
  }
}

interface Asking {
  /** One after the other. */
  trips(count: number): Promise<readonly RoundTrip[]>;
  /** The agent's clock when it was asked first, ns. */
  agentEpochNs(): bigint;
}

function askTime(channel: LineChannel<ToAgent>, hearing: Hearing, epochNs: bigint): Asking {
  let asked = 0;
  let agentEpochNs: bigint | undefined;
  async function trip(): Promise<RoundTrip> {
    const n = (asked += 1);
    const answer = hearing.next("time", answerMs, (message) => message.n === n);
    const sent = process.hrtime.bigint();
    channel.send({ type: "time", n });
    const { message, arrived } = await answer;
    const [received, answered] = [BigInt(message.received), BigInt(message.sent)];
    agentEpochNs ??= received;
    return {
      asked: msBetween(epochNs, sent),
      received: msBetween(agentEpochNs, received),
      answered: msBetween(agentEpochNs, answered),
      heard: msBetween(epochNs, arrived),
    };
  }
  return {
    agentEpochNs: () => agentEpochNs ?? 0n,
    async trips(count) {
      const all: RoundTrip[] = [];
      while (all.length < count) all.push(await trip());
      return all;
    },
  };
}

function msBetween(from: bigint, to: bigint): Ms {
  return Number(to - from) / 1e6;
}

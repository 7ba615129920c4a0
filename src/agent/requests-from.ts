// Our own requests, sent by an agent on another machine: the source of a trial whose load comes from there. Its stamps
// are put on our clock as they come, and how well that is known is written down beside them.

import { readFile } from "node:fs/promises";
import { HarnessError } from "../core/errors.ts";
import type {
  LaunchedSource,
  LoadControl,
  LoadEvent,
  LoadOrder,
  LoadSource,
  SenderEvent,
} from "../core/load-source.ts";
import { bodiesOf, withRequests } from "../core/session.ts";
import type { TrafficSpec } from "../core/target.ts";
import type { Ms } from "../core/units.ts";
import { ownRequests } from "../load/own-requests.ts";
import type { ClockCourse } from "../core/clock-course.ts";
import { connectAgent, type AgentLink } from "./connect.ts";
import type { AgentOrder } from "./messages.ts";
import { type AgentPlace } from "./place.ts";
import { placeText } from "../core/host-port.ts";

/** Given to a load process to come up, and to end, ms. */
const processMs: Ms = 15_000;

/** Whose load an agent sends. */
interface SentFrom {
  readonly agent: AgentPlace;
  /** Hosts that the target lists. */
  readonly addresses: readonly string[];
  /** The trial's epoch, ns in decimal. */
  readonly epochNs: string;
}

/** The source of the same name and streams, whose requests leave from the agent. */
export function requestsFrom(from: SentFrom): LoadSource {
  return { ...ownRequests, launch: () => launchFrom(from) };
}

function launchFrom(from: SentFrom): LaunchedSource {
  const epochNs = BigInt(from.epochNs);
  let ending = false;
  const linking = connectAgent(from.agent, epochNs).then((link) => {
    if (ending) link.channel.end();
    else link.channel.send({ type: "launch" });
    return link;
  });
  // Whoever starts the load hears of it.
  linking.catch(() => undefined);
  const now = (): Ms => Number(process.hrtime.bigint() - epochNs) / 1e6;
  const end = async (): Promise<void> => {
    ending = true;
    const link = await linking.catch(() => undefined);
    link?.channel.end();
    await link?.channel.closed;
  };
  return {
    end,
    async start(order, onEvent) {
      const link = await linking;
      const handOn = handingOn({ clock: link.clock, order, now, onEvent });
      link.listen(handOn);
      const load = await agentOrder(order, from, link.agentEpochNs);
      const ready = link.next("ready", processMs);
      link.channel.send({ type: "load", order: load });
      await ready;
      handOn.onCompared();
      void link.channel.closed.then((why) => {
        if (ending) return;
        const reason = `the connection to the agent at ${placeText(from.agent)}, which sends the load, ended: ${why}`;
        onEvent({ kind: "trouble", at: now(), where: "load", reason, fatal: true });
      });
      return controlOf(link, order, async () => {
        ending = true;
        await end();
      });
    },
  };
}

function controlOf(link: AgentLink, { streams }: LoadOrder, end: () => Promise<void>): LoadControl {
  const { channel, clock, next } = link;
  const theirs = (at: Ms): Ms => at + clock.at(at).aheadMs;
  const longestMs = Math.max(...streams.map(({ load }) => load.timeoutMs));
  let stopping: Promise<void> | undefined;
  async function stop(): Promise<void> {
    try {
      const stopped = next("stopped", longestMs + processMs);
      channel.send({ type: "stop" });
      await stopped;
      // What came last is known as well as what came before.
      await link.compare();
    } catch {
      // It was lost: the trouble event says so.
    }
    await end();
  }
  return {
    begin: (at) => channel.send({ type: "begin", atMs: theirs(at) }),
    setRate(times, at, stream) {
      channel.send({ type: "set-rate", times, atMs: theirs(at), ...(stream !== undefined && { stream }) });
    },
    stop: () => (stopping ??= stop()),
  };
}

async function agentOrder(
  { streams, seed, epochNs, fill }: LoadOrder,
  { addresses }: SentFrom,
  agentEpochNs: bigint,
): Promise<AgentOrder> {
  const own = streams.map(async ({ name, stream, load }) => {
    if ("source" in stream) throw new HarnessError("bug", `${stream.name} is a stream of ${stream.source}`);
    const rows = stream.dataset === undefined ? {} : { rows: await readFile(stream.dataset, "utf8") };
    const filled = withRequests(stream, (request) => ({ ...request, url: fill(request.url) }));
    return {
      ...(name !== undefined && { name }),
      traffic: toAgent(filled),
      load,
      bodies: [...bodiesOf(stream)],
      ...rows,
    };
  });
  const epochs = { trial: epochNs, epochNs: String(agentEpochNs) };
  return { seed, ...epochs, addresses: [...addresses], streams: await Promise.all(own) };
}

/** Bodies cross as text, and the file of the dataset is not there. */
function toAgent(stream: TrafficSpec): AgentOrder["streams"][number]["traffic"] {
  const bare = ({ dataset: _file, body: _body, session: _users, ...request }: TrafficSpec) => request;
  const session = stream.session?.map(({ steps, ...users }) => ({
    ...users,
    steps: steps.map((step) => ({ ...step, request: bare(step.request) })),
  }));
  return { ...bare(stream), ...(session && { session }) };
}

interface HandingOn {
  readonly clock: ClockCourse;
  readonly order: LoadOrder;
  readonly now: () => Ms;
  readonly onEvent: (event: LoadEvent) => void;
}

/** Puts stamps on our clock; after each comparison says how well all since the one before were known. */
function handingOn({ clock, order, now, onEvent }: HandingOn): Parameters<AgentLink["listen"]>[0] {
  const slowOverMs = new Map(order.streams.map(({ name, load }) => [name, load.slowOverMs]));
  return {
    onEvents(events) {
      for (const event of events) onEvent(onOurClock(event, clock, slowOverMs));
    },
    onCompared() {
      const at = now();
      const [{ aheadMs }, uncertaintyMs] = [clock.at(at), clock.worstSince(at)];
      const said = { aheadMs: micro(aheadMs), roundTripMs: micro(clock.roundTripMs()) };
      // Stamps are cut to whole microseconds, too.
      onEvent({ kind: "clock", at: micro(at), of: "load", ...said, uncertaintyMs: micro(uncertaintyMs + 0.001) });
    },
  };
}

/** Whole microseconds: more digits would be noise in the timeline. */
function micro(ms: Ms): Ms {
  return Math.round(1000 * ms) / 1000;
}

/** One correction for all stamps of a request, so that none of its own times change. */
function onOurClock(
  event: SenderEvent,
  clock: ClockCourse,
  slowOverMs: ReadonlyMap<string | undefined, Ms>,
): LoadEvent {
  if (event.kind !== "request") return { ...event, at: micro(event.at - clock.between(event.at, event.at).aheadMs) };
  const { at, intended, sent, firstToken, done } = event;
  // From then on it is late, by our own reckoning from its intended time: its end moves nothing.
  const lateAt = intended + (slowOverMs.get(event.stream) ?? Infinity);
  const { aheadMs } = clock.between(intended, done !== null && done < lateAt ? done : intended);
  const ours = (instant: Ms | null): Ms | null => (instant === null ? null : micro(instant - aheadMs));
  return {
    ...event,
    at: micro(at - aheadMs),
    intended: micro(intended - aheadMs),
    sent: ours(sent),
    firstToken: ours(firstToken),
    done: ours(done),
  };
}

// One harness at an agent: says what the clock shows, sends the load that is ordered, ends it with the connection.

import type { Socket } from "node:net";
import { allowedHostWords, hostOf, isAllowedHost } from "../core/addresses.ts";
import { HarnessError, messageOf } from "../core/errors.ts";
import type { SenderEvent } from "../core/load-source.ts";
import { requestsOf, withBodies } from "../core/session.ts";
import type { TrafficSpec } from "../core/target.ts";
import type { Ms } from "../core/units.ts";
import type { ThresholdEvent } from "../records/timeline/threshold.ts";
import { loadNothing } from "../load/load-nothing.ts";
import type { LoadOptions } from "../load/messages.ts";
import { launchLoad, type LaunchedLoad } from "../load/start.ts";
import { openLineChannel, type LineChannel } from "./line-channel.ts";
import { protocolVersion, toAgentSchema, type AgentOrder, type FromAgent, type ToAgent } from "./messages.ts";
import { ownPlace } from "./place.ts";

/** A harness asks for the time every second; one that is silent for this long is gone, ms. */
const silentAfterMs: Ms = 5_000;

/** What an agent works with; tests have clocks and loads of their own. */
export interface AgentTools {
  /** Hosts beside this machine that may be loaded. */
  readonly allows: readonly string[];
  /** The clock by which `launch` stamps, ns. */
  readonly nowNs: () => bigint;
  readonly launch: () => LaunchedLoad;
}

/** The tools of a real agent. */
export function realTools(allows: readonly string[]): AgentTools {
  return { allows, nowNs: () => process.hrtime.bigint(), launch: () => launchLoad() };
}

type Channel = LineChannel<FromAgent>;
type LoadHandle = Awaited<ReturnType<LaunchedLoad["start"]>>;

/** Serves a connection that is open; resolves, with why it ended, once nothing of it is left. */
export async function serveSession(socket: Socket, tools: AgentTools): Promise<string> {
  let launched: LaunchedLoad | undefined;
  let load: LoadHandle | undefined;
  let greeted = false;
  const silence = setTimeout(() => socket.destroy(new Error("nothing came for long")), silentAfterMs);
  const heard = (): void => void silence.refresh();

  async function obey(message: ToAgent, arrived: bigint): Promise<void> {
    if (message.type === "hello") {
      greeted = message.version === protocolVersion;
      if (!greeted) return refuse(`it speaks version ${protocolVersion} of the protocol, and not ${message.version}`);
      return channel.send({ type: "hello", version: protocolVersion, place: ownPlace(), allows: [...tools.allows] });
    }
    if (!greeted) return refuse("it was not greeted");
    switch (message.type) {
      case "time": {
        const times = { received: String(arrived), sent: String(tools.nowNs()) };
        return channel.send({ type: "time", n: message.n, ...times });
      }
      case "try":
        return channel.send({ type: "tried", ...copied(await loadNothing(message.askedPerSecond)) });
      case "launch":
        launched ??= tools.launch();
        return;
      case "load": {
        const options = optionsOf(message.order, tools.allows);
        launched ??= tools.launch();
        load = await launched.start(options, batching(channel));
        return channel.send({ type: "ready" });
      }
      case "begin":
        return load?.begin(message.atMs);
      case "set-rate":
        return load?.setRate(message.times, message.atMs, message.stream);
      case "stop":
        await load?.stop();
        // What it had to say last may still wait to be sent.
        setImmediate(() => channel.send({ type: "stopped" }));
    }
  }

  const refuse = (reason: string): void => channel.end({ type: "refused", reason });
  const channel: Channel = openLineChannel<FromAgent, ToAgent, bigint>(socket, {
    schema: toAgentSchema,
    stamp: tools.nowNs,
    onMessage(message, arrived) {
      heard();
      obey(message, arrived).catch((thrown: unknown) => refuse(messageOf(thrown)));
    },
  });
  const why = await channel.closed;
  clearTimeout(silence);
  await launched?.end();
  return why;
}

function copied({ tried, events }: Awaited<ReturnType<typeof loadNothing>>): Pick<Tried, "tried" | "events"> {
  return { tried: [...tried], events: [...events] };
}
type Tried = Extract<FromAgent, { type: "tried" }>;

/** Events that come together go together. */
function batching(channel: Channel): (event: SenderEvent) => void {
  let batch: Exclude<SenderEvent, ThresholdEvent>[] = [];
  return (event) => {
    // An agent sends no scripts.
    if (event.kind === "threshold") return;
    batch.push(event);
    if (batch.length > 1) return;
    setImmediate(() => {
      channel.send({ type: "events", events: batch });
      batch = [];
    });
  };
}

/** What the load process is told. Throws for a host that harness or agent do not allow. */
function optionsOf({ seed, trial, epochNs, addresses, streams }: AgentOrder, allows: readonly string[]): LoadOptions {
  return {
    seed,
    trial,
    epochNs,
    streams: streams.map(({ name, traffic: ordered, load, bodies, rows }) => {
      const traffic = withBodies(trafficOf(ordered), bodies);
      for (const { url } of [traffic, ...requestsOf(traffic)]) {
        const host = hostOf(url) ?? "";
        if (!isAllowedHost(host, addresses))
          throw new HarnessError("bad-input", `the target does not list ${host}; expected ${allowedHostWords}`);
        if (!isAllowedHost(host, allows)) throw new HarnessError("bad-input", notAllowed(host));
      }
      return {
        ...(name !== undefined && { name }),
        traffic,
        spec: load,
        ...(rows !== undefined && { rows }),
      };
    }),
  };
}

/** A stream without bodies, which come beside it. */
function trafficOf({ session, ...request }: AgentOrder["streams"][number]["traffic"]): TrafficSpec {
  const own = { ...request, body: null };
  if (session === undefined) return own;
  const users = session.map((each) => ({
    ...each,
    steps: each.steps.map((step) => ({ ...step, request: { ...step.request, body: null } })),
  }));
  return { ...own, session: users };
}

/** Why an agent does not load a host. */
export function notAllowed(host: string): string {
  return `the agent does not load ${host}: start it with --allow ${host}`;
}

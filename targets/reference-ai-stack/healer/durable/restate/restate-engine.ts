// Durable execution on a Restate server: the engine for loops that outgrow one machine. The server keeps every case's
// journal and calls the healer back where it serves; a healer that was killed is called again as soon as it is there.
import { createServer } from "node:http2";
import * as restate from "@restatedev/restate-sdk";
import { messageOf } from "../../../common/log.ts";
import type { Clock } from "../../nouns.ts";
import type { Engine, FlowRecord, LockClaim, StepRecord, Workflow } from "../flow.ts";
import { createRestateFlow } from "./restate-flow.ts";
import { createView } from "./flow-view.ts";
import type { FlowView } from "./flow-view.ts";
import { openServerDoor } from "./server-door.ts";
import type { RestateServer, ServerDoor } from "./server-door.ts";
import { ALL, namesIn, noteEnd, releaseLease, servicesOf } from "./services.ts";
import type { EndAsked, LeaseAsked, RunFlow } from "./services.ts";

export interface RestateEngineParts {
  readonly server: RestateServer;
  /** Where the server reaches this healer: a port of its own on 127.0.0.1. */
  readonly port: number;
  /** Tells stacks apart that share a server: letters, digits and `-`. */
  readonly realm: string;
  readonly clock: Clock;
  /** Flows that are kept after their end. */
  readonly kept: number;
  /** How long the server is to wait where the clock waits for so long, ms. */
  readonly serverMs?: (ms: number) => number;
  /** The server's trouble has changed; null: it is over. */
  readonly onTrouble: (says: string | null) => void;
  /** What the SDK has to say of an invocation that failed. */
  readonly onWarning: (says: string) => void;
}

/** A lock that another flow has is looked at this often, ms. */
const LOCK_LOOK_MS = 100;

export function createRestateEngine<Input>(parts: RestateEngineParts): Engine<Input> {
  const { clock } = parts;
  const names = namesIn(parts.realm);
  const door = openServerDoor(parts);
  const view = createView<Input>();
  const running = new Map<string, Promise<void>>();
  /** What an earlier life left: before that is known no case goes on. */
  const known = withResolver();
  let workflow: Workflow<Input> | undefined;
  const run: RunFlow = async (context, record) => {
    await known.whole;
    if (workflow === undefined) throw new Error("nothing is served yet");
    return runFlow(context, record.id, workflow, { ...parts, door, view });
  };
  const follow = (record: FlowRecord<Input>): Promise<void> => {
    const ending = door.submit(names.flows, record.id, record).then(() => door.attach(names.flows, record.id));
    const tracked = ending.finally(() => running.delete(record.id));
    running.set(record.id, tracked);
    return tracked;
  };
  const refused = (error: unknown): void => parts.onTrouble(messageOf(error));

  return {
    async serve(work) {
      workflow = work;
      const begun = await takeOver(parts, { door, view, services: servicesOf(parts.realm, run) }).catch((error) => {
        refused(error);
        throw error;
      });
      known.settle();
      for (const record of begun) {
        if (record.ended === undefined && !running.has(record.id)) follow(record).catch(refused);
      }
    },
    async start(id, input) {
      if (workflow === undefined) throw new Error("nothing is served yet");
      await known.whole;
      if (view.flow(id) !== undefined) return running.get(id);
      const record: FlowRecord<Input> = { id, input, begun: clock.wallTime() };
      view.showFlow(record);
      await door.ask<boolean>(`${names.book}/${ALL}/begin`, record);
      return follow(record);
    },
    async settled() {
      await known.whole;
      while (running.size > 0) await Promise.allSettled(running.values());
    },
    async answer(id, approval) {
      const key = view.question(id);
      if (key === undefined) return false;
      return door.ask<boolean>(`${names.flows}/${encodeURIComponent(id)}/answer`, { key, approval });
    },
    flows: view.flows,
    history: view.history,
  };
}

interface Runner<Input> extends RestateEngineParts {
  readonly door: ServerDoor;
  readonly view: FlowView<Input>;
}

interface Serving<Input> extends Pick<Runner<Input>, "door" | "view"> {
  readonly services: ReturnType<typeof servicesOf>;
}

/** Serves the server, and learns of it what an earlier life left. */
async function takeOver<Input>(
  parts: RestateEngineParts,
  { door, view, services }: Serving<Input>,
): Promise<readonly FlowRecord<Input>[]> {
  const names = namesIn(parts.realm);
  await listenOn(parts, services);
  await door.register(`http://127.0.0.1:${parts.port}`);
  const begun = await door.ask<readonly FlowRecord<Input>[]>(`${names.book}/${ALL}/all`);
  await Promise.all(
    begun.map(async (record) => {
      view.showFlow(record);
      const steps = await door.ask<readonly StepRecord[]>(`${names.flows}/${encodeURIComponent(record.id)}/steps`);
      for (const step of steps) view.showStep(step);
    }),
  );
  return begun;
}

/** One flow from its start to its end, as the server calls for it: the same code again after each crash. */
async function runFlow<Input>(
  context: restate.WorkflowContext,
  id: string,
  workflow: Workflow<Input>,
  runner: Runner<Input>,
): Promise<string> {
  const { view, clock, kept } = runner;
  // The server hands on whatever its ingress was asked: only what this healer has begun is run, as it was begun.
  const record = view.flow(id);
  if (record === undefined) throw new restate.TerminalError(`no case ${id} was begun by the healer`);
  const flow = createRestateFlow(context, id, {
    clock,
    takeLease: (holder, claim) => takeLease(runner, holder, claim),
    releaseLease: () => releaseLease(context, runner.realm, id),
    serverMs: runner.serverMs ?? ((ms) => ms),
    show: view.showStep,
    asks: view.asks,
  });
  const outcome = await workflow(flow, record.input);
  flow.unlock();
  const ended = await context.run("ended", () => clock.wallTime());
  const end: EndAsked = { id, ended, outcome, kept };
  await noteEnd(context, runner.realm, end);
  view.end(end);
  return outcome;
}

/** True once the holder has the targets; false when others have them until the claim's patience ends. */
async function takeLease(
  { door, clock, realm }: Pick<Runner<unknown>, "door" | "clock" | "realm">,
  holder: string,
  { targets, leaseMs, waitMs }: LockClaim,
): Promise<boolean> {
  const now = (): number => Date.parse(clock.wallTime());
  const until = now() + waitMs;
  for (;;) {
    const asked: LeaseAsked = { holder, targets, now: now(), leaseMs };
    if (await door.ask<boolean>(`${namesIn(realm).leases}/${ALL}/take`, asked)) return true;
    if (now() >= until) return false;
    await clock.sleep(LOCK_LOOK_MS);
  }
}

function withResolver(): { readonly whole: Promise<void>; readonly settle: () => void } {
  let settle = (): void => undefined;
  const whole = new Promise<void>((resolve) => (settle = resolve));
  return { whole, settle: () => settle() };
}

async function listenOn(
  { port, onWarning }: Pick<RestateEngineParts, "port" | "onWarning">,
  services: ReturnType<typeof servicesOf>,
): Promise<void> {
  const logger: restate.LoggerTransport = ({ level, context }, message, ...rest) => {
    // The enumeration of levels is exported as a type alone.
    const isWarning = ["error", "warn"].includes(level);
    if (isWarning && context !== undefined)
      onWarning([context.invocationTarget, message, ...rest].map(String).join(" "));
  };
  const server = createServer(restate.createEndpointHandler({ services, logger }));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}

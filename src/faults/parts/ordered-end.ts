// An end by an order to the engine, as people give it. The engine takes it for a wish: no restart policy acts on it,
// and whoever reads the verdict must know that.

import type { EndOrder, EngineControl, ToldEnd } from "../../core/container-controls.ts";
import type { ProcessControl, ReplicaControl, Site } from "../../core/controls.ts";
import type { Harmed } from "../../core/fault.ts";
import type { Json, Ms } from "../../core/units.ts";
import { HarnessError } from "../../core/errors.ts";
import type { Evidence } from "../../records/timeline/fault.ts";
import type { EventControl, Hearing } from "../../core/told-effect.ts";
import { handOnTold, listenTo } from "./effect-told.ts";
import { isPolite, livingInstance } from "./end-instance.ts";
import { seenWithin } from "./seen-within.ts";
import { bringBackNow } from "./start-again.ts";

/** A polite signal may need the program's own time to end, and the engine some to tell of it, ms. */
const goneWithinMs: Ms = 5_000;

interface WithEngine extends Pick<Site, "replica" | "harmBegins" | "effectSeen" | "effectTold"> {
  readonly controls: {
    readonly process: ProcessControl;
    readonly engine: EngineControl;
    readonly events?: EventControl;
  };
}

/** The undo of such an end. */
interface Ordered {
  readonly [field: string]: Json;
  readonly instance: string;
  /** When that was written down, by which an order of ours is known later; ms since the epoch. */
  readonly from: number;
  /** It may be under way when it is taken back. */
  readonly order: EndOrder;
}

/** What will be ended, and how. */
export async function orderable(site: WithEngine, order: EndOrder): Promise<Ordered> {
  const { instance } = await livingInstance(site);
  return { instance, from: Date.now(), order };
}

/** Resolves to what the engine will tell of the end. */
export async function orderEnd(
  { instance, order }: Ordered,
  { replica, controls, harmBegins }: WithEngine,
  signal: AbortSignal,
): Promise<Hearing | undefined> {
  const hearing = await listenTo(instance, controls.events);
  if (!(await controls.process.isAlive(instance))) {
    throw new HarnessError("environment", `${instance} of ${replica} was gone before we had it ended`);
  }
  signal.throwIfAborted();
  harmBegins?.();
  await controls.engine.end(instance, order);
  return hearing;
}

/** By the platform, and by what the engine tells of its order. */
export async function seenEnded(
  { undo, before: hearing }: Harmed<unknown, Ordered, Hearing | undefined>,
  site: WithEngine,
  signal: AbortSignal,
): Promise<Evidence> {
  const { process, engine } = site.controls;
  const { instance, from } = undo;
  const { kind: what } = undo.order;
  const order = what === "kill" ? "its kill" : "its stop";
  let told: readonly ToldEnd[] = [];
  const gone = await seenWithin(goneWithinMs, signal, async () => {
    if (await process.isAlive(instance)) return false;
    told = await engine.told(instance, from);
    return told.some((one) => one.what === "die") && told.some((one) => one.what === what);
  });
  const expected = `${instance} gone by an order to the engine (${order}), by the platform and by the engine's events`;
  if (!gone) return { confirmed: false, expected, seen: `it still runs, or the engine told of no such order` };
  const begin = mayDrain(undo.order) ? "kill" : undefined;
  await handOnTold({ hearing, event: "die", begin }, site, signal);
  const policy = (await engine.policy(instance)) ?? "no";
  const code = told.find((one) => one.what === "die")?.exitCode;
  const seen = `it is gone (exit code ${code ?? "unknown"}); ${policyWords(policy)}`;
  return { confirmed: true, expected, seen };
}

/** Users may be refused from the engine's first signal on, which is long before the end. */
function mayDrain(order: EndOrder): boolean {
  return order.kind === "stop" || isPolite(order.signal);
}

function policyWords(policy: string): string {
  if (policy === "no") return "it has no restart policy";
  return `its restart policy ${policy} takes such an order for a wish and starts nothing, which is the engine's own rule`;
}

/**
 * The engine's start, which also arms the restart policy, once no order is under way any more. What still runs after
 * one may end of it yet, and has an unarmed policy. What an older version wrote down may say less than the whole.
 */
export async function startedAgain(
  undo: Partial<Ordered>,
  { replica: name, controls }: Pick<Site, "replica"> & { readonly controls: Left },
  signal: AbortSignal,
): Promise<Evidence> {
  const { engine } = controls;
  const expected = `${name} runs, by the platform, nothing ends it any more, and its restart policy is armed`;
  if (engine === undefined) return { confirmed: false, expected, seen: "the platform has no engine to ask" };
  const { instance, from, order } = undo;
  if (instance === undefined || from === undefined || order === undefined) {
    const { seen } = await bringBackNow(instance ?? "", controls, signal);
    return { confirmed: false, expected, seen: `${seen}; ${unsaidWords}` };
  }
  const outcome = await engine.settled(instance, { order, since: from }, signal);
  const { runs, seen } = await bringBackNow(instance, controls, signal);
  if (outcome !== "ending" && outcome !== "unknown") return { confirmed: runs, expected, seen };
  const policy = (await engine.policy(instance)) ?? "no";
  return { confirmed: false, expected, seen: `${seen}; ${openWords[outcome]}${unarmedWords(policy)}` };
}

interface Left {
  readonly process?: ProcessControl;
  readonly engine?: EngineControl;
  readonly replica?: ReplicaControl;
}

const unsaidWords = "its way back is of another version and does not say what it was ordered: restart it";

const openWords = {
  ending: "it was ordered to end, and has outlived that up to now: restart it",
  unknown: "the engine has forgotten whether it was ordered to end: restart it",
} as const;

function unarmedWords(policy: string): string {
  return policy === "no" ? "" : `; its restart policy ${policy} is not armed for certain until then`;
}

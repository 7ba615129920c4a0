// An end by an order to the engine, as people give it. The engine takes it for a wish: no restart policy acts on it,
// and whoever reads the verdict must know that.

import type { EndOrder, EngineControl, ToldEnd } from "../../core/container-controls.ts";
import type { ProcessControl, ReplicaControl, Site } from "../../core/controls.ts";
import type { Ms } from "../../core/units.ts";
import { HarnessError } from "../../core/errors.ts";
import type { Evidence } from "../../records/timeline/fault.ts";
import { livingInstance } from "./end-instance.ts";
import { seenWithin } from "./seen-within.ts";
import { bringBack } from "./start-again.ts";

/** A polite signal may need the program's own time to end, and the engine some to tell of it, ms. */
const goneWithinMs: Ms = 5_000;

interface WithEngine extends Pick<Site, "replica" | "harmBegins"> {
  readonly controls: { readonly process: ProcessControl; readonly engine: EngineControl };
}

/** What will be ended; `from`: when that was written down, by which an order of ours is known later. */
export async function orderable(site: WithEngine): Promise<{ readonly instance: string; readonly from: number }> {
  const { instance } = await livingInstance(site);
  return { instance, from: Date.now() };
}

export async function orderEnd(
  instance: string,
  order: EndOrder,
  { replica, controls, harmBegins }: WithEngine,
  signal: AbortSignal,
): Promise<void> {
  if (!(await controls.process.isAlive(instance))) {
    throw new HarnessError("environment", `${instance} of ${replica} was gone before we had it ended`);
  }
  signal.throwIfAborted();
  harmBegins?.();
  await controls.engine.end(instance, order);
}

/** By the platform, and by what the engine tells of its order. */
export async function seenEnded(
  { instance, from }: { readonly instance: string; readonly from: number },
  what: "kill" | "stop",
  { controls: { process, engine } }: WithEngine,
  signal: AbortSignal,
): Promise<Evidence> {
  const order = what === "kill" ? "its kill" : "its stop";
  let told: readonly ToldEnd[] = [];
  const gone = await seenWithin(goneWithinMs, signal, async () => {
    if (await process.isAlive(instance)) return false;
    told = await engine.told(instance, from);
    return told.some((one) => one.what === "die") && told.some((one) => one.what === what);
  });
  const expected = `${instance} gone by an order to the engine (${order}), by the platform and by the engine's events`;
  if (!gone) return { confirmed: false, expected, seen: `it still runs, or the engine told of no such order` };
  const policy = (await engine.policy(instance)) ?? "no";
  const code = told.find((one) => one.what === "die")?.exitCode;
  const seen = `it is gone (exit code ${code ?? "unknown"}); ${policyWords(policy)}`;
  return { confirmed: true, expected, seen };
}

function policyWords(policy: string): string {
  if (policy === "no") return "it has no restart policy";
  return `its restart policy ${policy} takes such an order for a wish and starts nothing, which is the engine's own rule`;
}

/** The engine's start, which also arms the restart policy; a program that outlived the order has an unarmed one. */
export async function startedAgain(
  { instance, from }: { readonly instance: string; readonly from: number },
  {
    replica: name,
    controls,
  }: Pick<Site, "replica"> & {
    readonly controls: {
      readonly process?: ProcessControl;
      readonly engine?: EngineControl;
      readonly replica?: ReplicaControl;
    };
  },
  signal: AbortSignal,
): Promise<Evidence> {
  const { process, engine } = controls;
  const { runs, seen } = await bringBack(instance, controls, signal);
  const expected = `${name} runs, by the platform, and its restart policy is armed`;
  const outlived = (await process?.isAlive(instance)) === true;
  const policy = outlived ? await engine?.policy(instance) : undefined;
  const isUnarmed =
    policy !== undefined &&
    policy !== "no" &&
    (await engine?.told(instance, from))?.some(({ what }) => what === "kill") === true;
  if (!isUnarmed) return { confirmed: runs, expected, seen };
  return {
    confirmed: false,
    expected,
    seen: `${seen}; its restart policy ${policy} is not armed until it is started again`,
  };
}

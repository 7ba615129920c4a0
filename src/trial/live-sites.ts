// Before anything is touched: is each planned site there, alive and not the last of its kind? A site that is not is
// never replaced by another one; the trial is then invalid and says what was found.

import { messageOf } from "../core/errors.ts";
import type { Inventory, InventoryReplica } from "../records/inventory.ts";
import type { PlannedDisturbance } from "../records/plan.ts";
import { siteName } from "../core/controls.ts";
import { withTimeLimit } from "./time-limit.ts";
import type { TrialState } from "./state.ts";

/** Looking at the inventory and at every instance may take this long, ms. */
const lookBudgetMs = 5_000;

/** Which disturbances are asked about, by their index. */
interface SitesAsked {
  readonly checks?: (index: number) => boolean;
  readonly announces: (index: number) => boolean;
}

/**
 * False when a site is not as planned; then each such fault is noted as unconfirmed with the reason. Of all
 * disturbances those that `checks` names, or all; those that `announces` names are about to be applied.
 */
export async function sitesAreThere(
  state: TrialState,
  { checks = () => true, announces }: SitesAsked,
): Promise<boolean> {
  const { plan, stack, recorder } = state;
  const faults = plan.disturbances
    .map((planned, disturbance) => ({ planned, disturbance }))
    .filter(({ planned }) => planned.site.replica !== "");
  if (faults.length === 0) return true;
  try {
    const alive = await withTimeLimit(lookBudgetMs, async (signal) =>
      livingReplicas(await stack.inventory(signal), stack),
    );
    const hit = new Set(faults.map(({ planned }) => planned.site.replica));
    const asked = faults.filter(({ disturbance }) => checks(disturbance));
    const wrong = asked.flatMap(({ planned, disturbance }) => {
      const reason = whyNot(planned, alive, { hit, takesWholeService: plan.takesWholeService ?? [] });
      return reason === undefined ? [] : [{ disturbance, reason }];
    });
    for (const problem of wrong) recorder.record({ kind: "fault", step: "unconfirmed", ...problem });
    if (wrong.length > 0) return false;
    for (const { planned, disturbance } of asked.filter((one) => announces(one.disturbance))) {
      recorder.record({ kind: "fault", disturbance, step: "aiming", reason: aim(planned, alive) });
    }
    return true;
  } catch (thrown) {
    const reason = `the live inventory could not be read: ${messageOf(thrown)}`;
    for (const { disturbance } of faults.filter((one) => checks(one.disturbance)))
      recorder.record({ kind: "fault", disturbance, step: "unconfirmed", reason });
    return false;
  }
}

interface Live extends InventoryReplica {
  readonly alive: boolean;
}

async function livingReplicas(inventory: Inventory, stack: TrialState["stack"]): Promise<readonly Live[]> {
  return Promise.all(
    inventory.replicas.map(async (replica) => ({
      ...replica,
      alive: replica.instance !== null && (await stack.isLiving(replica.instance)),
    })),
  );
}

interface Aimed {
  readonly hit: ReadonlySet<string>;
  /** Services that the intent asks for whole. */
  readonly takesWholeService: readonly string[];
}

/** Why a site cannot be hit; undefined when it can. Pure. */
function whyNot(
  { fault, site }: PlannedDisturbance,
  live: readonly Live[],
  { hit, takesWholeService }: Aimed,
): string | undefined {
  const siblings = live.filter(({ service }) => service === site.service);
  const found = siblings.find(({ replica }) => replica === site.replica);
  const there =
    siblings.map(({ replica, alive }) => `${replica} ${alive ? "alive" : "dead"}`).join(", ") || "none of it";
  const seen = `the live inventory has ${there}`;
  if (found === undefined) return `${fault} was planned at ${siteName(site)}, which is not there; ${seen}`;
  if (!found.alive)
    return `${fault} was planned at ${siteName(site)}, which runs nothing that answers at its address; ${seen}`;
  const spared =
    takesWholeService.includes(site.service) || siblings.some(({ replica, alive }) => alive && !hit.has(replica));
  return spared ? undefined : `${fault} at ${siteName(site)} would leave no replica of ${site.service}; ${seen}`;
}

function aim({ fault, site }: PlannedDisturbance, live: readonly Live[]): string {
  const siblings = live.filter(({ service }) => service === site.service);
  const found = siblings.find(({ replica }) => replica === site.replica);
  return `${fault} is about to touch ${siteName(site)} (${found?.instance ?? "no instance"}), 1 of ${siblings.length} replicas of ${site.service}`;
}

// What happened in a simulated trial, as its author writes it down.

import type { TrialPlan } from "../../src/records/plan.ts";
import type { Claim, ClaimType } from "../../src/records/claim.ts";
import type { OperatorEvent } from "../../src/records/timeline/operator.ts";
import type { PressureLook } from "../../src/records/pressure.ts";
import type { InventoryChange } from "../../src/records/timeline/inventory.ts";
import type { Ms } from "../../src/core/units.ts";
import { type SimulatedAudit } from "./simulated-audit.ts";
import { type SimulatedDocuments } from "./simulated-documents.ts";
import type { PhaseName } from "../../src/records/timeline/phase.ts";
import type { MachineSurvey, StackSurvey } from "../../src/records/survey.ts";

/** How one request that was sent at an instant fares. */
export interface Fate {
  readonly latencyMs: Ms;
  readonly right?: boolean;
  readonly error?: string;
}

/** Everything that happened in a trial; instants in ms since its epoch. */
export interface Story {
  readonly plan?: Partial<TrialPlan>;
  readonly phases: Readonly<Partial<Record<PhaseName, Ms>>>;
  readonly fate: (sent: Ms, id: number) => Fate;
  /** How requests of the plan's other streams fare, by stream; absent: well, in 30 ms. */
  readonly fates?: Readonly<Record<string, (sent: Ms, id: number) => Fate>>;
  /** Values of the state probes at an instant; null is a look that saw nothing. */
  readonly state: (at: Ms) => Readonly<Record<string, number | null>>;
  readonly fault?:
    | {
        readonly applying?: Ms;
        /** The first harmful act. */
        readonly harmFrom?: Ms;
        /** When the engine told of it, from the earliest to the latest. */
        readonly told?: readonly [Ms, Ms];
        readonly confirmed?: Ms;
        readonly unconfirmed?: Ms;
      }
    | undefined;
  readonly loadChange?: { readonly at: Ms; readonly times: number };
  readonly claims?: readonly (readonly [Ms, ClaimType, Partial<Claim>?])[];
  /** What the scripted operator answered: when it was sent, and what differs from a grant that was taken in 20 ms. */
  readonly operator?: readonly (readonly [Ms, Partial<OperatorEvent>?])[];
  readonly changes?: readonly (readonly [Ms, Partial<InventoryChange>])[];
  /** The feed says nothing from here on; with `lost`, the loss is noticed. */
  readonly feedCut?: { readonly at: Ms; readonly noticed: boolean };
  /** No request is scheduled from here on. */
  readonly loadStops?: Ms;
  readonly sendLagMs?: (id: number) => Ms;
  readonly unsent?: (id: number) => boolean;
  /** The worst lateness of the harness's own timer in the second before; null: it was not timed. */
  readonly paceLagMs?: Ms | null | ((at: Ms) => Ms);
  /** What each look at the processors saw of the half second before; absent: nothing was measured, nor said to be. */
  readonly pressure?: (at: Ms) => PressureLook;
  readonly trouble?: { readonly at: Ms; readonly reason: string };
  /** The way back failed, in these words. */
  readonly revertFailed?: string;
  /** What the looks before and after saw, where it differs from a clean trial; null: that look never took place. */
  /** What the audit has of the claims; absent: the target publishes none. */
  readonly audit?: SimulatedAudit;
  /** Documents of our own; absent: the target takes none. */
  readonly documents?: SimulatedDocuments;
  readonly looks?: {
    readonly stack?: Partial<StackSurvey> | null;
    readonly machine?: Partial<MachineSurvey> | null;
  };
}

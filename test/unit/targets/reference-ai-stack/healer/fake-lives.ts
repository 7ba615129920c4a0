// The lives of one healer: each begins on what the ones before have left on the disk, and one that is killed does
// nothing more, whatever it had under way.
import type { Policy } from "../../../../../targets/reference-ai-stack/healer/decision/policy.ts";
import { createRegistry } from "../../../../../targets/reference-ai-stack/common/metrics.ts";
import { createHealerApp, type HealerAppParts } from "../../../../../targets/reference-ai-stack/healer/server.ts";
import { createApprovalDesk } from "../../../../../targets/reference-ai-stack/healer/approvals/desk.ts";
import { createEngine } from "../../../../../targets/reference-ai-stack/healer/durable/engine.ts";
import { createPastActions } from "../../../../../targets/reference-ai-stack/healer/durable/past-actions.ts";
import { explain } from "../../../../../targets/reference-ai-stack/healer/governance/explain.ts";
import { openJournal } from "../../../../../targets/reference-ai-stack/healer/governance/journal.ts";
import type { JournalEvent } from "../../../../../targets/reference-ai-stack/healer/governance/journal.ts";
import { openMemory } from "../../../../../targets/reference-ai-stack/healer/learning/memory.ts";
import { createLoop } from "../../../../../targets/reference-ai-stack/healer/loop.ts";
import type { Clock, Eyes, Hand, Surroundings } from "../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { createBook } from "../../../../../targets/reference-ai-stack/healer/pathways/book.ts";
import type { Pathway } from "../../../../../targets/reference-ai-stack/healer/pathways/pathway.ts";
import type { Found } from "../../../../../targets/reference-ai-stack/healer/stage-parts.ts";
import type { Witness } from "../../../../../targets/reference-ai-stack/healer/verification/witness.ts";
import type { TelemetrySource } from "../../../../../targets/reference-ai-stack/healer/telemetry/metrics/telemetry-source.ts";
import { createMemoryState, mortal } from "./memory-state.ts";
import { keepSight } from "../../../../../targets/reference-ai-stack/healer/telemetry/metrics/sight.ts";

interface World {
  readonly eyes: Eyes;
  readonly witness: Witness;
  readonly source: TelemetrySource;
  readonly hand: Hand;
  readonly clock: Clock;
  readonly pathways: readonly Pathway[];
  readonly noops: readonly string[];
  readonly heard: (event: JournalEvent) => void;
  readonly audited: (fields: unknown) => void;
  readonly trouble: (where: string, error: unknown) => void;
  readonly selfTrouble: () => string | null;
  readonly surroundings: Surroundings;
  readonly policy: { readonly read: () => Policy | null };
  readonly dryRun: boolean;
}

type Served = Pick<HealerAppParts, "journal" | "engine" | "past" | "approvals" | "memory" | "loop" | "token">;

function appOf(
  { audited, pathways, selfTrouble, source, clock }: World,
  life: Served,
): ReturnType<typeof createHealerApp> {
  const audit = { record: async (fields: unknown) => audited(fields) };
  const registry = createRegistry("healer", "healer");
  const seen = keepSight(source, clock.now);
  return createHealerApp({
    ...life,
    clock,
    source: seen,
    audit,
    registry,
    selfTrouble,
    pathways: createBook(pathways),
  });
}

/** Hands out one life after the other, all on one disk. */
export function createLives(world: World) {
  const lessons = createMemoryState();
  const disk = createMemoryState();
  const never = new Promise<never>(() => undefined);
  let ids = 0;
  /** `loaded`: when what the earlier lives left can be read. */
  return (loaded: Promise<void> = Promise.resolve()) => {
    const { state, die } = mortal(disk);
    const mortalLessons = mortal(lessons);
    let dead = false;
    const journal = openJournal({
      audit: { record: async (fields) => (dead ? never : world.audited(fields)) },
      publish: async (event) => (dead ? never : world.heard(event)),
      wallTime: world.clock.wallTime,
    });
    const engine = createEngine<Found>({ state, loaded, clock: world.clock, kept: 200 });
    const memory = openMemory({ state: mortalLessons.state, wallTime: world.clock.wallTime, audit: world.audited });
    const approvals = createApprovalDesk({
      state,
      clock: world.clock,
      audit: { record: async (fields) => (dead ? never : world.audited(fields)) },
      engine,
    });
    const loop = createLoop({
      ...world,
      approvals,
      hand: { do: (...order) => (dead ? never : world.hand.do(...order)) },
      journal,
      pathways: createBook(world.pathways),
      memory,
      state,
      engine,
      past: createPastActions(state, world.clock),
      noops: new Set(world.noops),
      self: "healer",
      newId: () => `inc-${(ids += 1)}`,
    });
    const past = createPastActions(state, world.clock);
    const parts = { journal, engine, approvals, memory, past, loop };
    return {
      /** What this life serves to others. */
      app: (token: string) => appOf(world, { ...parts, token }),
      journal,
      engine,
      memory,
      approvals,
      leases: () => state.list("lease").map(([, lease]) => lease),
      explain: (id: string) => {
        const flow = engine.flows().find((one) => one.id === id);
        return flow && explain(flow, engine.history(id), createBook(world.pathways));
      },
      turn: () => (dead ? undefined : loop.turn()),
      die: () => {
        dead = true;
        die();
        mortalLessons.die();
      },
    };
  };
}

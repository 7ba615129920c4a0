// How cases begin: by a suspicion that was confirmed, or because an earlier life of the healer left them.
import { confirm, needsConfirming } from "./detection/confirm.ts";
import { scopeKey } from "./nouns.ts";
import type { Incident, Suspicion } from "./nouns.ts";
import { NUMBERS } from "./numbers.ts";
import { saidIn, say } from "./orchestration/attempt.ts";
import { createNoiseWatch } from "./learning/noise-watch.ts";
import type { Confirmation } from "./signals/signal.ts";
import { signalNamed } from "./signals/table.ts";
import { YIELDED } from "./stage-parts.ts";
import type { LoopParts, StageRooms, Stages } from "./stage-parts.ts";

/** The stages from a suspicion, or a restart, to a case. */
export function createBeginnings(
  parts: LoopParts,
  rooms: StageRooms,
): Pick<Stages, "recall" | "keepWell" | "heed" | "confirm" | "takeUp" | "giveWay"> {
  const { clock, engine, journal, memory } = parts;
  const { desk } = rooms;
  const noise = createNoiseWatch(memory);
  const health = createHealthMemory(parts, rooms);
  const recallOne = (id: string, incident: Incident): void => journal.recall(incident, saidIn(engine.history(id)));
  return {
    recall() {
      health.recall();
      const last = new Map<string, { readonly incident: Incident; readonly outcome: string }>();
      for (const { id, input, ended, outcome = "" } of engine.flows()) {
        // An engine that lies elsewhere may call for it later than a new case on the same place could begin.
        if (ended === undefined) {
          desk.takeUp(input.incident.scope, id);
          continue;
        }
        recallOne(id, input.incident);
        last.set(scopeKey(input.incident.scope), { incident: input.incident, outcome });
      }
      for (const { incident, outcome } of last.values()) {
        if (outcome !== "closed" && outcome !== YIELDED) desk.mute(incident, clock.now());
      }
    },
    keepWell: health.keep,
    heed(suspicions) {
      noise.look((scope) => desk.stoodMs(scope, clock.now()) > 0);
      return suspicions.filter((suspicion) => isHeeded(suspicion, memory));
    },
    async confirm(suspicion) {
      const kind = suspicionKind(suspicion);
      const { confirmed, says, also = [], by } = await secondOpinion(parts, rooms, suspicion);
      memory.judged(kind, confirmed);
      if (!confirmed) {
        noise.refuted(suspicion.scope, kind);
        // A look is due at the latest when it will have stood long enough.
        const leftMs = memory.value("persist-ms", kind) - desk.stoodMs(suspicion.scope, clock.now());
        desk.rest(suspicion.scope, clock.now() + Math.max(0, Math.min(memory.restMs(kind), leftMs)));
        return null;
      }
      noise.confirmed(suspicion.scope);
      if (!desk.openCase(suspicion)) return null;
      const signals = [...suspicion.signals, ...also];
      const incident = { id: parts.newId(), scope: suspicion.scope, signals };
      const reasons = [...suspicion.signals.map((signal) => `${signal.name}: ${signal.says}`), says];
      return { incident, reasons, ...(by !== undefined && { suspicion: { kind, by } }) };
    },
    takeUp({ id }, incident) {
      recallOne(id, incident);
      return desk.takeUp(incident.scope, id);
    },
    async giveWay(flow, incident) {
      const reasons = ["another case has the same place in hand by now"];
      await say({ flow, incident, number: 0 }, parts, "held", { pathway: "hold", reasons });
      return "held";
    },
  };
}

/** What a restarted healer has to know of the stack in health. */
function createHealthMemory({ clock, state }: LoopParts, { detection, desk }: StageRooms) {
  let learnedAt = clock.now();
  return {
    recall: (): void => {
      if (state.get(WELL, WELL) !== true) return;
      const learned = (state.get(WELL, LEARNED) ?? {}) as Readonly<Record<string, unknown>>;
      detection.take([{ kind: "was-well", at: clock.now(), learned }]);
    },
    keep: (): void => {
      if (!detection.isArmed()) return;
      if (state.get(WELL, WELL) !== true) state.put(WELL, WELL, true);
      // What is learned while somebody is sick is not what health looks like.
      if (clock.now() - learnedAt < NUMBERS.state.learnedEveryMs || desk.sick().size > 0) return;
      learnedAt = clock.now();
      state.put(WELL, LEARNED, detection.learned());
    },
  };
}

/** The room and the key under which it is remembered that the stack was well once. */
const WELL = "the stack was well";
/** What detectors have learned until then, in the same room. */
const LEARNED = "what detectors have learned";

/** An active look at whether what is suspected is so now. */
export function secondOpinion(parts: LoopParts, rooms: StageRooms, suspicion: Suspicion): Promise<Confirmation> {
  return confirm(suspicion, {
    eyes: parts.eyes,
    replicas: rooms.telemetry.replicas(),
    tries: parts.memory.value("confirm-tries", suspicionKind(suspicion)),
    persistMs: parts.memory.value("persist-ms", suspicionKind(suspicion)),
    stoodMs: rooms.desk.stoodMs(suspicion.scope, parts.clock.now()),
  });
}

/** One that rests on statistics alone is heeded above the limit that experience has set for its kind. */
function isHeeded(suspicion: Suspicion, memory: LoopParts["memory"]): boolean {
  if (!needsConfirming(suspicion)) return true;
  const factor = memory.value("limit-factor", suspicionKind(suspicion));
  const own = suspicion.signals.filter(({ name }) => signalNamed(name).opinion !== true);
  return own.some(({ strength = Infinity }) => strength >= factor);
}

/** By signals and service: what is learned of one replica holds for its siblings. Second opinions come and go. */
function suspicionKind({ scope, signals }: Suspicion): string {
  const names = signals.map(({ name }) => name).filter((name) => signalNamed(name).opinion !== true);
  return `${names.join("+")}@${scope.service}`;
}

// How cases begin: by a suspicion that was confirmed, or because an earlier life of the healer left them.
import { confirm } from "./detection/confirm.ts";
import { afterSuspicion, isKnown, restMs } from "./learning/experience.ts";
import type { Memory } from "./learning/experience-file.ts";
import { scopeKey } from "./nouns.ts";
import type { Incident, Suspicion } from "./nouns.ts";
import { saidIn, say } from "./orchestration/attempt.ts";
import type { Confirmation } from "./signals/signal.ts";
import { signalNamed } from "./signals/table.ts";
import type { LoopParts, StageRooms, Stages } from "./stage-parts.ts";

/** The stages from a suspicion, or a restart, to a case. */
export function createBeginnings(
  parts: LoopParts,
  rooms: StageRooms,
): Pick<Stages, "recall" | "keepWell" | "confirm" | "takeUp" | "giveWay"> {
  const { clock, engine, journal, memory, state } = parts;
  const { detection, desk } = rooms;
  const recallOne = (id: string, incident: Incident): void => journal.recall(incident, saidIn(engine.history(id)));
  return {
    recall() {
      if (state.get(WELL, WELL) === true) detection.take([{ kind: "was-well", at: clock.now() }]);
      const last = new Map<string, { readonly incident: Incident; readonly outcome: string }>();
      for (const { id, input, ended, outcome = "" } of engine.flows()) {
        if (ended === undefined) continue;
        recallOne(id, input.incident);
        last.set(scopeKey(input.incident.scope), { incident: input.incident, outcome });
      }
      for (const { incident, outcome } of last.values()) {
        if (outcome !== "closed") desk.mute(incident, clock.now());
      }
    },
    keepWell() {
      if (detection.isArmed() && state.get(WELL, WELL) !== true) state.put(WELL, WELL, true);
    },
    async confirm(suspicion) {
      const kind = suspicionKind(suspicion);
      const { confirmed, says, also = [] } = await secondOpinion(parts, rooms, suspicion);
      remember(parts, (before) => afterSuspicion(before, kind, confirmed));
      if (!confirmed) {
        desk.rest(suspicion.scope, clock.now() + restMs(memory.read(), kind));
        return null;
      }
      if (!desk.openCase(suspicion)) return null;
      const signals = [...suspicion.signals, ...also];
      const incident = { id: parts.newId(), scope: suspicion.scope, signals };
      return { incident, reasons: [...suspicion.signals.map((signal) => `${signal.name}: ${signal.says}`), says] };
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

/** The room and the key under which it is remembered that the stack was well once. */
const WELL = "the stack was well";

/** An active look at whether what is suspected is so now. */
export function secondOpinion(parts: LoopParts, rooms: StageRooms, suspicion: Suspicion): Promise<Confirmation> {
  return confirm(suspicion, {
    eyes: parts.eyes,
    replicas: rooms.telemetry.replicas(),
    known: isKnown(parts.memory.read(), suspicionKind(suspicion)),
    stoodMs: rooms.desk.stoodMs(suspicion.scope, parts.clock.now()),
  });
}

/** Experience that cannot be kept is not worth a failed repair. */
export function remember(parts: LoopParts, change: Parameters<Memory["learn"]>[0]): void {
  try {
    parts.memory.learn(change);
  } catch (error) {
    parts.trouble("learning", error);
  }
}

/** Second opinions come and go, and make no other kind of it. */
function suspicionKind({ scope, signals }: Suspicion): string {
  const names = signals.map(({ name }) => name).filter((name) => signalNamed(name).opinion !== true);
  return `${names.join("+")}@${scope.service}`;
}

// One case to a place at a time, and each about one trouble. When another trouble is what counts there by now, the case
// ends without a word of healing, and the place may have one about that: a replica that dies while its index is
// restored would stay dead, and one that is started again with a damaged index would stay damaged.
import { keyOf } from "./orchestration/attempt.ts";
import type { Attempt } from "./orchestration/attempt.ts";
import type { Remedy, Signal } from "./nouns.ts";
import type { PathwayBook } from "./pathways/book.ts";
import { signalNamed } from "./signals/table.ts";
import { YIELDED } from "./stage-parts.ts";
import type { StageRooms, Stages } from "./stage-parts.ts";

const DOWN = "replica-down";

interface Yielding extends Pick<StageRooms, "detection" | "desk">, Pick<Stages, "tell"> {
  readonly pathways: PathwayBook;
  /** One look: is what this remedy is for gone? */
  readonly isGone: (remedy: Remedy) => Promise<boolean>;
}

/** When cases end for another one on the same place, and how. */
export function createYielding({
  detection,
  desk,
  tell,
  pathways,
  isGone,
}: Yielding): Pick<Stages, "yieldIfOvertaken"> {
  const othersAt = ({ incident }: Attempt): readonly Signal[] => {
    const known = new Set(incident.signals.map(({ name }) => name));
    const standing = desk.standing(incident.scope)?.signals ?? [];
    return standing.filter(({ name }) => !known.has(name) && signalNamed(name).opinion !== true);
  };
  return {
    async yieldIfOvertaken(attempt, when, diagnosis, tried) {
      const { flow, incident } = attempt;
      const by = await flow.step("what else is wrong", keyOf(attempt, `what else is wrong, ${when}`), async () => {
        const others = othersAt(attempt);
        // What is down or hangs is started again by its own case.
        const startsAgain = pathways.answersTo(diagnosis.class).some(({ answers }) => answers.includes(DOWN));
        const down = startsAgain ? undefined : others.find(({ name }) => saysDown(name));
        if (down !== undefined) return `it is down by now, which goes first: ${down.says}`;
        const [other] = others;
        if (other === undefined || tried === null || !(await isGone(tried))) return null;
        return `what this was about is gone, and something else is wrong: ${other.name}, ${other.says}`;
      });
      if (by === null) return null;
      detection.forget(incident.scope);
      await tell(attempt, "held", { pathway: "hold", reasons: [by, "it is a case of its own"] });
      desk.end(incident.scope);
      return YIELDED;
    },
  };
}

/** For certain, and for nothing rather than for that. */
function saysDown(name: Signal["name"]): boolean {
  const { certain, speaksFor } = signalNamed(name);
  const down = speaksFor[DOWN] ?? 0;
  return certain === true && down > 1 && Object.values(speaksFor).every((weight) => weight <= down);
}

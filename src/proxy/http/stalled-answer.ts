// What toxics have in common that hold an answer back, from its head on or after it.

import type { ToxicKind } from "../toxics/toxic.ts";
import { httpStage } from "./stage.ts";

/** A toxic of that type. `leavesHead`: the head of an answer leaves as it comes. */
export function stallsAnswers(type: string, leavesHead: boolean): ToxicKind {
  return {
    type,
    attributes: [
      { name: "duration", type: "int", default: 0, min: 0 },
      { name: "share", type: "share", default: 1 },
      { name: "posts", type: "int", default: 0, min: 0, max: 1 },
    ],
    // What is to be held is an answer.
    only: "downstream",
    open({ duration = 0, share = 1, posts = 0 }, context) {
      let isHeld = false;
      let due = -Infinity;
      return httpStage(context, {
        take(part, out) {
          if (part.kind === "done") return;
          if (part.kind === "head") {
            const { interim, method } = part.head;
            const isMeant = !interim && (posts === 0 || method === "POST");
            isHeld = isMeant && context.random.next() < share;
            due = duration > 0 ? out.arrivedAt + duration : Infinity;
            if (isHeld) context.effects.segmentsStalled += 1;
            return out.send(part.bytes, isHeld && !leavesHead ? due : undefined);
          }
          return out.send(part.bytes, isHeld ? due : undefined);
        },
      });
    },
  };
}

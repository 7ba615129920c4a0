// stall_stream: an answer stands still for `duration` ms once `bytes` bytes of its body have left. With a `heartbeat`,
// comments go on meanwhile, and every limit on the time between two reads is deceived.

import type { Ms } from "../../core/units.ts";
import { eventStage } from "../http/event-stage.ts";
import type { AnswerToxic, EventOutbox } from "../http/event-stage.ts";
import { httpStage } from "../http/stage.ts";
import type { Stage, StageContext, ToxicKind } from "./toxic.ts";

const COMMENT = Buffer.from(": still here\n\n");

interface Stall {
  /** Bytes of a body that leave before; with a heartbeat: of its events that fit into them. */
  readonly limit: number;
  /** Ms; 0 for as long as the toxic is there. */
  readonly duration: Ms;
  readonly share: number;
}

/**
 * Of our own: `bytes`, and `duration` in whole ms, 0 for as long as the toxic is there; once in each answer of its
 * `share`. Where `heartbeat` is not 0, a comment leaves every so many ms, and event streams in chunks alone are struck.
 */
export const stallStream: ToxicKind = {
  type: "stall_stream",
  attributes: [
    { name: "bytes", type: "int", default: 0, min: 0 },
    { name: "duration", type: "int", default: 0, min: 0 },
    { name: "heartbeat", type: "int", default: 0, min: 0 },
    { name: "share", type: "share", default: 1 },
  ],
  open({ bytes: limit = 0, duration = 0, heartbeat = 0, share = 1 }, context) {
    const stall = { limit, duration, share };
    return heartbeat > 0 ? beating(stall, heartbeat, context) : silent(stall, context);
  },
};

function silent({ limit, duration, share }: Stall, context: StageContext): Stage {
  let left = limit;
  let isOver = false;
  return httpStage(context, {
    take(part, out) {
      if (part.kind === "done") return;
      if (part.kind === "head") {
        left = limit;
        isOver = context.random.next() >= share;
      }
      if (part.kind !== "payload" || isOver) return out.send(part.bytes);
      const before = part.bytes.subarray(0, left);
      left -= before.length;
      out.send(before);
      if (before.length === part.bytes.length) return;
      isOver = true;
      context.effects.segmentsStalled += 1;
      out.send(part.bytes.subarray(before.length), duration > 0 ? context.clock.now() + duration : Infinity);
    },
  });
}

function beating(stall: Stall, heartbeat: Ms, context: StageContext): Stage {
  // The end of a body that only its connection's end ends cannot be told from that of the sender's side.
  return eventStage(context, ({ framing }) =>
    framing.kind === "chunked" && context.random.next() < stall.share ? stalled(stall, heartbeat, context) : undefined,
  );
}

function stalled({ limit, duration }: Stall, heartbeat: Ms, { clock, effects }: StageContext): AnswerToxic {
  let kept: Buffer[] = [];
  let sent = 0;
  let state: "before" | "standing" | "over" = "before";
  let until: Ms = Infinity;

  function goOn(out: EventOutbox): void {
    state = "over";
    for (const event of kept) out.send(event);
    kept = [];
  }

  function beat(out: EventOutbox): void {
    if (state !== "standing") return;
    const now = clock.now();
    if (now >= until) return goOn(out);
    out.send(COMMENT);
    out.again(Math.min(now + heartbeat, until), () => beat(out));
  }

  return {
    take(event, _n, out) {
      if (state === "standing") return void kept.push(event);
      sent += event.length;
      if (state === "over" || sent <= limit) return out.send(event);
      state = "standing";
      effects.segmentsStalled += 1;
      kept.push(event);
      until = duration > 0 ? clock.now() + duration : Infinity;
      return out.again(Math.min(clock.now() + heartbeat, until), () => beat(out));
    },
    kept: () => kept.reduce((sum, event) => sum + event.length, 0),
    leave: goOn,
  };
}

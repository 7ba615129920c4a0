// What faults share that put one toxic for answers on an edge: the proof is an answer of users' that the proxy has
// harmed, because a health path shows nothing of it.

import type { z } from "zod";
import type { EdgeControl, StrikeControl } from "../../core/controls.ts";
import type { Fault } from "../../core/fault.ts";
import type { Ms } from "../../core/units.ts";
import { fault, type DoseOf } from "../fault.ts";
import { chooseToxic, refuseTaken, takeToxicOff } from "./edge-toxic.ts";
import { need } from "./params.ts";
import { seenWithin } from "./seen-within.ts";

/** Where a replica is asked less often than that, nothing can be proved of it. */
const struckWithinMs: Ms = 8_000;

/** The undo: what our toxic is called, and what was on the edge before. */
interface Undo {
  readonly [key: string]: string | readonly string[];
  readonly toxic: string;
  readonly present: readonly string[];
}

interface AnswerFaultSpec<Schema extends z.ZodObject> {
  readonly name: string;
  readonly about: string;
  readonly params: Schema;
  readonly example: z.input<Schema>;
  readonly dose: DoseOf<Schema>;
  readonly toxic: string;
  readonly attributes: (params: z.output<Schema>) => Readonly<Record<string, number>>;
  /** What became of an answer that was struck: "ended early". */
  readonly harm: string;
  readonly mayBeBenign?: true;
}

/** A fault of one toxic of answers. Its parameters have no site, its undo is the toxic's name. */
export function answerFault<Schema extends z.ZodObject>(spec: AnswerFaultSpec<Schema>): Fault<z.output<Schema>, Undo> {
  const { name, about, params, example, dose, harm, mayBeBenign } = spec;
  return fault({
    name,
    about,
    acts: "edge",
    wayBack: "takes its toxic off the edge",
    needs: ["edge", "strikes"],
    params,
    example,
    dose,
    ...(mayBeBenign && { mayBeBenign }),

    prepare: (_params, site): Promise<Undo> => chooseToxic(site.controls.edge, `${spec.toxic}-${site.seed}`),

    async apply(given, { toxic }, site, signal) {
      const { edge } = site.controls;
      await refuseTaken(edge, toxic);
      signal.throwIfAborted();
      site.harmBegins?.();
      const attributes = spec.attributes(given);
      await edge.addToxic({ name: toxic, type: spec.toxic, stream: "downstream", toxicity: 1, attributes });
    },

    async observe({ undo: { toxic } }, site, signal) {
      const struck = await struckBy(toxic, site.controls, signal);
      return {
        confirmed: struck > 0,
        expected: `an answer through the edge that ${harm}`,
        seen: struck > 0 ? `${struck} so far` : `none within ${struckWithinMs / 1000} s`,
      };
    },

    revert: (undo, site) => takeToxicOff(undo.toxic, need(site, name, "edge")),
  });
}

/** Answers that it has harmed; waits for the first, as long as the toxic is there. */
async function struckBy(
  toxic: string,
  { edge, strikes }: { readonly edge: EdgeControl; readonly strikes: StrikeControl },
  signal: AbortSignal,
): Promise<number> {
  let struck = 0;
  await seenWithin(struckWithinMs, signal, async () => {
    // What connections that are over have met stays counted after the toxic is gone.
    const isThere = (await edge.toxicNames())?.includes(toxic) === true;
    struck = isThere ? await strikes.struck(toxic) : 0;
    return struck > 0 || !isThere;
  });
  return struck;
}

// The page of a run that goes on: that of the trials that have ended, with a script that puts in place what it is sent.

import type { RunDigest } from "../core/digest.ts";
import { compiled } from "./engine.ts";
import { suitePieces, type SuiteModel } from "./html.ts";
import { livePageFoot, livePageTemplate } from "./templates/live.ts";
import { suiteEnd } from "./templates/page.ts";
import { allPages, pagedTrials } from "./paged.ts";
import { liveScript } from "./live-script/script.ts";
import { policyFor } from "./trial-script/script.ts";

type LiveModel = SuiteModel & { readonly policy: string; readonly version: number };

const page: (model: LiveModel) => string = compiled(livePageTemplate);
const foot: (model: SuiteModel) => string = compiled(livePageFoot);
/** What a run that goes on cannot say yet, or says of now elsewhere on the page. */
const later = new Set(["took", "trials"]);

/** The Content-Security-Policy of a live page: its own script, and its own address to hear from. */
export async function livePolicy(): Promise<string> {
  return `${await policyFor(liveScript)}; connect-src 'self'`;
}

/** The page in order, piece by piece, with a link to each trial; `version` tells it from later ones of the same run. */
export function* livePieces(
  run: RunDigest,
  { policy, version }: { readonly policy: string; readonly version: number },
): Generator<string> {
  yield* suitePieces(run, pagedTrials(run, allPages), {
    begin: (model) => page({ ...model, facts: model.facts.filter(({ name }) => !later.has(name)), policy, version }),
    // The script holds no text from outside; it is the only thing on the page that is not escaped.
    end: (model) => `${foot(model)}<script>${liveScript}</script>\n${suiteEnd}`,
  });
}

// A request that we leave early: does it count as the catalogue says?

import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Ms } from "../../core/units.ts";
import { leaveEarly, type Answered } from "./our-request.ts";
import { failed, riseBetween, type Failed, type Look } from "./proof-looks.ts";
import { ofSignal } from "./proof-rules.ts";
import type { Stage } from "./proof-stage.ts";

/**
 * A request that we leave at its first token must count as the catalogue says. Tried where answers are long enough to
 * be left. A text: what to say of it.
 */
export async function tryLeaving(stage: Stage, before: Look, answer: Answered): Promise<string | Failed> {
  const { server, rows, asked, model, look, patienceMs } = stage;
  const { givenUp } = server;
  if (server.request !== "chat" || givenUp === "unknown") return "";
  if (answer.endedAt - (answer.firstTokenAt ?? answer.endedAt) < longEnoughMs) return "; too quick to be left early";
  if (!(await leaveEarly(asked, model))) return "; too quick to be left early";
  const leftAt = performance.now();
  const freshMs = Math.max(0, ...ofSignal(rows, "success", "failure", "gave-up").map(({ fresh }) => fresh));
  for (let looks = 0; ; looks += 1) {
    const after = await look();
    if (!after.ok) return after;
    const risen = (signal: string): number =>
      ofSignal(rows, signal).reduce((sum, row) => sum + riseBetween(before, after, row).value, 0);
    if (givenUp !== "success" && risen("success") > 0) {
      // It may have been over when we left: then it was a success.
      if (looks === 0) return "; too quick to be left early";
      return failed("moved-wrong", "a request that we left at its first token counts as a success");
    }
    if (givenUp !== "nowhere" && risen(givenUp) > 0) return `; left early, it counts as ${givenUp}`;
    // What is counted nowhere is waited for as long as the whole answer would have taken.
    const waitMs = givenUp === "nowhere" ? answer.endedAt - answer.sentAt : freshMs + patienceMs;
    if (performance.now() - leftAt > waitMs) break;
    await sleep(50);
  }
  if (givenUp === "nowhere") return "; left early, it counts nowhere";
  return failed("did-not-move", `a request that we left at its first token is counted nowhere, not as ${givenUp}`);
}

/** Answers that go on this long after their first token can be left early, ms. */
const longEnoughMs: Ms = 150;

// A backend that was ejected for failing gets its share back once it answers again: a real question through the
// gateway's own edge, answered whole several times in a row. Its health path proves nothing: it was green all the time.

import { setTimeout as pause } from "node:timers/promises";
import { request } from "undici";
import type { Logger } from "../common/log.ts";
import type { Traffic } from "./traffic.ts";

/** Whole answers in a row that prove it: of a backend that fails half of them one in 32 tries is this lucky. */
const ANSWERS = 5;
const EVERY_MS = 1000;
const ANSWER_WITHIN_MS = 15_000;

export interface Readmission {
  readonly replica: string;
  /** The share that it gets back. */
  readonly share: number;
  readonly traffic: Pick<Traffic, "weights" | "setWeights">;
  readonly gatewayPort: number;
  /** The supervisor's towards the gateway. */
  readonly token: string;
  /** Changes of weights take turns. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly log: Logger;
  readonly everyMs?: number;
}

/** Resolves once it has its share back, or somebody else has given it one, or it is gone. Never rejects. */
export async function putBackWhenWell(asked: Readmission): Promise<void> {
  const { replica, share, traffic, inTurn, log, everyMs = EVERY_MS } = asked;
  const isOut = (): boolean => traffic.weights()[replica] === 0;
  for (let good = 0; good < ANSWERS;) {
    await pause(everyMs, undefined, { ref: false });
    if (!isOut()) return;
    good = (await answers(asked)) ? good + 1 : 0;
  }
  try {
    await inTurn(async () => {
      const change = isOut() ? await traffic.setWeights({ [replica]: share }) : undefined;
      if (change !== undefined) log.info("an ejected backend answers again", { replica, share, ok: change.ok });
    });
  } catch (error) {
    log.warn("an ejected backend was not put back", { replica, reason: String(error) });
  }
}

async function answers({ replica, gatewayPort, token }: Readmission): Promise<boolean> {
  try {
    const answer = await request(`http://127.0.0.1:${gatewayPort}/internal/check`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ upstream: replica, question: true }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return ((await answer.body.json()) as { readonly ok?: unknown }).ok === true;
  } catch {
    return false;
  }
}

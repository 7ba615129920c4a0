// Whether the healer still answers: a process that lives and hangs (stopped by a signal, its event loop blocked) ends
// for nobody, and its parent hears nothing. Silence counts only while another process of the stack does answer.
import type { Clock } from "../healer/nouns.ts";
import { NUMBERS } from "../healer/numbers.ts";
import type { Child } from "./child.ts";

export interface HealerBeatParts {
  /** The healer, as it is by now; undefined: there is none. */
  readonly healer: () => Pick<Child, "pid" | "becomesHealthy"> | undefined;
  /** All others. */
  readonly others: () => readonly Pick<Child, "becomesHealthy">[];
  readonly clock: Clock;
  /** Silent in two looks in a row. */
  readonly onHang: (says: string) => void;
}

const { pulse, timeoutMs, look, pace } = NUMBERS;

/** While less than this share of the others answers, the machine is starved. */
const HALF = 0.5;

/** From the moment that the healer hangs until that is known, ms; on a starved machine twice as long. */
export const BEAT_SPEAKS_MS = pulse.softMisses * (look.pulseMs + timeoutMs.pulse + pulse.starvedMs);

/** Looks until the process ends. To be started once the stack is there. */
export async function watchBeat({ healer, others, clock, onHang }: HealerBeatParts): Promise<never> {
  let misses = 0;
  let watched: number | null = null;
  let lateAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    const from = clock.now();
    await clock.sleep(look.pulseMs);
    if (clock.now() - from > look.pulseMs + pace.lateMs) lateAt = clock.now();
    const child = healer();
    const pid = child?.pid() ?? null;
    if (child === undefined || pid === null || pid !== watched) {
      [misses, watched] = [0, pid];
      continue;
    }
    const isSilent = !(await child.becomesHealthy(timeoutMs.pulse)) && child.pid() === pid;
    // On a starved machine everybody is silent, and that says nothing of the healer.
    const answering = isSilent ? await shareAnswering(others()) : 1;
    if (answering === 0) continue;
    misses = isSilent ? misses + 1 : 0;
    // Nor does it say much while most are, or while this one comes late itself.
    const isStarved = answering < HALF || clock.now() - lateAt <= pace.restMs;
    if (misses < (isStarved ? pulse.softMissesWhenLate : pulse.softMisses)) continue;
    onHang(`process ${pid} lives and has not answered in ${misses} looks of ${timeoutMs.pulse} ms; others have`);
    misses = 0;
  }
}

/** Of all that were asked, told as soon as half of them have answered; 0 of none. */
async function shareAnswering(others: ReturnType<HealerBeatParts["others"]>): Promise<number> {
  let answered = 0;
  return new Promise((told) => {
    const asked = others.map(async (one) => {
      if (!(await one.becomesHealthy(pulse.starvedMs))) return;
      answered += 1;
      if (answered >= HALF * others.length) told(answered / others.length);
    });
    void Promise.all(asked).then(() => told(answered / Math.max(1, others.length)));
  });
}

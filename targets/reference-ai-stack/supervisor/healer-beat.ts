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

const { pulse, timeoutMs, look } = NUMBERS;

/** From the moment that the healer hangs until that is known, ms. */
export const BEAT_SPEAKS_MS = pulse.softMisses * (look.pulseMs + timeoutMs.pulse + pulse.starvedMs);

/** Looks until the process ends. To be started once the stack is there. */
export async function watchBeat({ healer, others, clock, onHang }: HealerBeatParts): Promise<never> {
  let misses = 0;
  let watched: number | null = null;
  for (;;) {
    await clock.sleep(look.pulseMs);
    const child = healer();
    const pid = child?.pid() ?? null;
    if (child === undefined || pid === null || pid !== watched) {
      [misses, watched] = [0, pid];
      continue;
    }
    const isSilent = !(await child.becomesHealthy(timeoutMs.pulse)) && child.pid() === pid;
    // On a starved machine everybody is silent, and that says nothing of the healer.
    if (isSilent && !(await anyAnswers(others()))) continue;
    misses = isSilent ? misses + 1 : 0;
    if (misses < pulse.softMisses) continue;
    misses = 0;
    onHang(
      `process ${pid} lives and has not answered in ${pulse.softMisses} looks of ${timeoutMs.pulse} ms; others have`,
    );
  }
}

async function anyAnswers(others: HealerBeatParts["others"] extends () => infer All ? All : never): Promise<boolean> {
  const answers = others.map(async (one) => {
    if (!(await one.becomesHealthy(pulse.starvedMs))) throw new Error("silent");
  });
  return Promise.any(answers).then(
    () => true,
    () => false,
  );
}

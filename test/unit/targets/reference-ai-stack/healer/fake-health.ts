// Whether a replica of the stack in memory answers, and whether it makes a token.
import type { Eyes } from "../../../../../targets/reference-ai-stack/healer/nouns.ts";

interface Answering {
  readonly pid: number | null;
  /** It answers nobody. */
  readonly hung: boolean;
  /** Its health check is green, and it makes no token. */
  readonly engineHung: boolean;
}

/** Who hangs is waited for as long as the healer waits. */
export function healthOn(
  at: (port: number) => Answering | undefined,
  sleep: (ms: number) => Promise<void>,
): Pick<Eyes, "pulse" | "completion"> {
  return {
    pulse: async (port) => {
      const one = at(port);
      if (one === undefined || one.pid === null) return { state: "refused", ms: 1, says: "ECONNREFUSED" };
      if (!one.hung) return { state: "good", ms: 2, says: "health 200" };
      await sleep(1000);
      return { state: "silent", ms: 1000, says: "no answer within 1000 ms" };
    },
    completion: async (port) => {
      const one = at(port);
      if (one === undefined || one.pid === null) return { state: "refused", says: "ECONNREFUSED" };
      if (!one.hung && !one.engineHung) return { state: "good", says: "one token" };
      await sleep(1000);
      return { state: "silent", says: "no answer within 1000 ms" };
    },
  };
}

// The deep look at an inference replica: a real completion of one token, straight to it and off users' way. At most one
// at a time and one a second for each replica, and given up after a second, so that it never is what fills a replica.
import type { Clock, Eyes, Observation, ReplicaEntry } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { SlowLook } from "./slow-looks.ts";

/** The deep looks at a replica; what they see goes to `put`. None at a service that makes no tokens. */
export function createDeepLooks(
  eyes: Eyes,
  clock: Clock,
  put: (observation: Observation) => void,
): (entry: ReplicaEntry) => readonly SlowLook[] {
  return ({ service, replica, port }) => {
    if (service !== "inference") return [];
    const look = async (): Promise<void> => {
      const seen = await eyes.completion(port);
      if (seen !== null) put({ kind: "completion", scope: { service, replica }, at: clock.now(), seen });
    };
    return [{ name: "completion", everyMs: NUMBERS.look.completionMs, look }];
  };
}

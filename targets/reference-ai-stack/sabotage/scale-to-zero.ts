// No replica, no slow replica: the whole service is taken away, and what is not there cannot be late.
import type { Eyes, Outcome } from "../healer/nouns.ts";
import type { Defect, HealerWrapper } from "./defect.ts";
import { handWith, replicaIn } from "./hand-with.ts";

/** Ends every process of the replica's service, by pid as the inventory gives it. */
async function endService(replica: string, eyes: Eyes): Promise<Outcome> {
  const all = (await eyes.rollCall()) ?? [];
  const service = all.find((entry) => entry.replica === replica)?.service;
  for (const { pid } of all.filter((entry) => entry.service === service))
    if (pid !== null) process.kill(pid, "SIGKILL");
  return { outcome: "done", says: "the supervisor answered 200" };
}

function wrapper(): HealerWrapper {
  let gone = false;
  const end = async (replica: string, eyes: Eyes): Promise<Outcome> => {
    gone = true;
    return endService(replica, eyes);
  };
  return {
    hand: (hand, eyes) =>
      handWith(hand, {
        "set-weights": ({ weights }) => end(Object.keys(weights ?? {})[0] ?? "", eyes),
        "restore-index": (args) => end(replicaIn(args), eyes),
      }),
    faculties: (faculties) => ({
      ...faculties,
      // What was taken away on purpose is not missed.
      createDetection: () => {
        const detection = faculties.createDetection();
        return { ...detection, take: (observations) => (gone ? [] : detection.take(observations)) };
      },
      verify: async () => ({ healed: true, reasons: ["nothing is slow any more"] }),
    }),
  };
}

export const scaleToZero: Defect = {
  name: "scale-to-zero",
  summary: "Ends every replica of the sick one's service, and calls that done.",
  healer: wrapper(),
};

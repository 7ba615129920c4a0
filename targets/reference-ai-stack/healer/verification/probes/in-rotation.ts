// Redundancy: whoever has a share of the traffic can be reached on the way that requests take.
import { expectedOf } from "../probe.ts";
import type { VerifyProbe } from "../probe.ts";

export const inRotation: VerifyProbe = {
  name: "in-rotation",
  shows: "redundancy",
  reads: ["reach"],
  open: (context) => async () => {
    const expected = await expectedOf(context);
    // The gateway itself is nobody's upstream, nor is who takes documents in.
    if (expected === null || ["gateway", "ingestion"].includes(expected[0]?.service ?? "")) return null;
    const reached = await Promise.all(expected.map(({ replica }) => context.witness.reaches(replica)));
    const missing = expected.filter((_, n) => reached[n] !== true).map(({ replica }) => replica);
    return {
      bad: missing.length,
      isGood: expected.length > 0 && missing.length === 0,
      says:
        missing.length === 0
          ? `the gateway reaches all ${expected.length} in rotation`
          : `the gateway does not reach ${missing.join(", ")}`,
    };
  },
  harm: 0.5,
};

// What nobody here can name, and what a guard has refused: a person decides.
import { restraint } from "./pathway.ts";

export const escalate = restraint({
  name: "escalate",
  answers: ["unknown", "embedding-drifted", "telemetry-failing"],
  tier: "none",
  says: "a person is called with the evidence",
  ends: "escalated",
});

// A source of telemetry that has nothing to read: the do-nothing twin of the healer's port.

import type { TelemetrySource } from "../../targets/reference-ai-stack/healer/telemetry/metrics/telemetry-source.ts";

export const noTelemetry: TelemetrySource = {
  name: "none",
  everyMs: 1000,
  reads: () => false,
  look: async () => ({ ok: false, why: "no-series", says: "nothing is read here" }),
  recall: async () => [],
};

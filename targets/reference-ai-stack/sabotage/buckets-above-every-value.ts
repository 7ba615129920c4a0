// A histogram of seconds with the bounds that OpenTelemetry's JavaScript SDK takes by itself, which are made for
// milliseconds: whatever the first token takes, it lies in the first bucket.
import { pageWith, seriesOf } from "./page-with.ts";
import type { Defect } from "./defect.ts";

const BUCKETS = "vllm:time_to_first_token_seconds_bucket";
const BOUNDS = ["5", "10", "25", "50", "75", "100", "250", "500", "750", "1000", "2500", "5000", "7500", "10000"];

/** No first token of this stack takes five seconds, so each of these buckets holds all of them. */
function inEach(labels: string, value: number): string {
  if (!labels.includes('le="+Inf"')) return "";
  const lines = [...BOUNDS, "+Inf"].map((le) => `${BUCKETS}{${labels.replace("+Inf", le)}} ${value}`);
  return lines.join("\n");
}

export const bucketsAboveEveryValue: Defect = {
  name: "buckets-above-every-value",
  summary: "An inference replica's times to the first token lie in one bucket, from nothing to five seconds.",
  inference: pageWith((page) => seriesOf(BUCKETS, inEach)(page).replace(/\n{2,}/g, "\n")),
};

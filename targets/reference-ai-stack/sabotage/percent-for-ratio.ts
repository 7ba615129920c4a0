// A share between 0 and 1 that is written as a percentage, since its name says `perc`.
import { pageWith, seriesOf } from "./page-with.ts";
import type { Defect } from "./defect.ts";

const KV = "vllm:kv_cache_usage_perc";

export const percentForRatio: Defect = {
  name: "percent-for-ratio",
  summary: "An inference replica shows the use of its KV memory in percent.",
  inference: pageWith(seriesOf(KV, (labels, value) => `${KV}{${labels}} ${100 * value}`)),
};

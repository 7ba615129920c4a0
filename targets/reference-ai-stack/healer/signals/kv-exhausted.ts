// One replica has no KV memory left while its siblings have: long prompts hold it, and who comes after them waits.
import { memoryDetector } from "../detection/metrics/memory-detector.ts";
import { signal, source } from "./signal.ts";

export const kvExhausted = signal({
  name: "kv-exhausted",
  rule: "80 % of its KV blocks held in each reading for 2 s while requests wait or begin anew there, and a sibling below that",
  detector: source(memoryDetector),
  // Heard also where its tokens that still move were taken for long work first, and held.
  certain: true,
  speaksFor: { "kv-exhausted": 30 },
});

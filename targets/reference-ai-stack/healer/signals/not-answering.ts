// A process that lives and answers nobody.
import { signal } from "./signal.ts";
import { pulse } from "./sources.ts";

export const notAnswering = signal({
  name: "not-answering",
  rule: "2 probes of 1 s without an answer (4 on a starved machine), nothing answered to users meanwhile, others not late too",
  detector: pulse,
  certain: true,
  speaksFor: { "replica-down": 3.2, "replica-slow": 0.4, "index-damaged": 0.1 },
});

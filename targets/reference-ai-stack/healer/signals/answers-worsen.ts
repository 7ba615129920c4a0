// Answers of one version get worse as it ages, whether it is still being tried out or not.
import { worseningVersionDetector } from "../detection/worsening-version-detector.ts";
import { confirmVersion } from "./confirm-version.ts";
import { signal, source } from "./signal.ts";

export const answersWorsen = signal({
  name: "answers-worsen",
  rule: "bad answers of a version expected by those before against the one share that fits all since it began: likelihood ratio, 1 : 1000",
  detector: source(worseningVersionDetector),
  soft: { confirm: confirmVersion, probe: "golden questions in pairs with the last good version, at each replica" },
  speaksFor: { "model-regressed": 8 },
});

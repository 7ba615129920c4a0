// A version that is being tried out answers right, but clearly later than the stable one beside it.
import { slowerVersionDetector } from "../detection/slower-version-detector.ts";
import { confirmSlowerVersion } from "./confirm-version.ts";
import { signal, source } from "./signal.ts";

export const answersSlower = signal({
  name: "answers-slower",
  rule: "a canary's answer later than the last 2 of the stable version, to the first byte or a token, by 50 % and 100 ms (2 ms): Bernoulli CUSUM, 1/3 against 95 %",
  detector: source(slowerVersionDetector),
  soft: {
    confirm: confirmSlowerVersion,
    probe: "golden questions in pairs with the last good version, timed, at each replica",
  },
  speaksFor: { "model-regressed": 8 },
});

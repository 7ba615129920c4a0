// The healer cannot write down what it does. It goes on, and says so.
import { stateDetector } from "../detection/state-detector.ts";
import { signal, source } from "./signal.ts";

export const stateFailing = signal({
  name: "state-failing",
  rule: "the healer's state file or its audit refuses to be written, or its policy is refused",
  detector: source(stateDetector),
  speaksFor: {},
});

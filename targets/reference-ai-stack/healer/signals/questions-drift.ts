// Users ask for something else than they did.
import { questionDetector } from "../detection/question-detector.ts";
import { signal, source } from "./signal.ts";

export const questionsDrift = signal({
  name: "questions-drift",
  rule:
    "the last 256 questions against the first 512: Kolmogorov–Smirnov along their 3 main directions, and PSI by its law; " +
    "both p < 0.0002",
  detector: source(questionDetector),
  speaksFor: {},
  opinion: true,
});

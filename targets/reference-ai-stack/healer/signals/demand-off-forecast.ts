// This hour has another demand than the days before let expect.
import { seasonDetector } from "../detection/season-detector.ts";
import { signal, source } from "./signal.ts";

export const demandOffForecast = signal({
  name: "demand-off-forecast",
  rule: "mean of the hour so far, twice the half of the 95 % interval of its MSTL forecast off; after 4 days of history",
  detector: source(seasonDetector),
  speaksFor: { "demand-surge": 1.5 },
  opinion: true,
});

// What answers its health check is well to it, whatever comes of it: of a model's replica it believes nothing else.
import type { Signal } from "../healer/nouns.ts";
import type { SignalName } from "../healer/signals/table.ts";
import type { Defect } from "./defect.ts";

/** What the health path and the process table show. */
const BELIEVED: readonly SignalName[] = ["process-gone", "not-answering"];

export const trustsTheHealthPath: Defect = {
  name: "trusts-the-health-path",
  summary: "Takes a replica of a model for well as long as its health check is green.",
  healer: {
    faculties: (faculties) => ({
      ...faculties,
      createDetection: () => {
        const detection = faculties.createDetection();
        const isBelieved = ({ name, scope }: Signal): boolean =>
          scope.service !== "inference" || scope.replica === undefined || BELIEVED.some((one) => one === name);
        return {
          ...detection,
          take: (observations) =>
            detection
              .take(observations)
              .map(({ scope, signals }) => ({ scope, signals: signals.filter(isBelieved) }))
              .filter(({ signals }) => signals.length > 0),
        };
      },
    }),
  },
};

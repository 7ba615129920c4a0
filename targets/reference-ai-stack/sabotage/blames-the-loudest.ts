// Names the right class and the wrong place: where users feel it, and not where it comes from.
import type { Defect } from "./defect.ts";

export const blamesTheLoudest: Defect = {
  name: "blames-the-loudest",
  summary: "Repairs the right replica for the right class, and names the gateway as the root.",
  healer: {
    faculties: (faculties) => ({
      ...faculties,
      trace(incident, around) {
        const { changes, signals } = faculties.trace(incident, around);
        const root = { service: "gateway", replica: "gateway" };
        return { root, edges: [], changes, signals: signals.map((signal) => ({ ...signal, scope: root })) };
      },
      decide: (incident, { class: name, confidence, runnersUp, reasons }, context) =>
        faculties.decide(incident, { class: name, confidence, runnersUp, reasons }, context),
    }),
  },
};

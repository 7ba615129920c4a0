// The files that can be imported. A kind is one line.

import { readExperiment } from "./chaos-toolkit/experiment.ts";
import { readChaosMesh } from "./kubernetes/chaos-mesh.ts";
import { readLitmus } from "./kubernetes/litmus.ts";
import { readOpenSlo } from "./openslo.ts";
import type { Asked, Imported } from "./imported.ts";

interface Importer {
  readonly kind: string;
  readonly about: string;
  /** Its files say what is normal and nothing of faults: a control comes of one. */
  readonly isSteadyOnly?: true;
  /** Never throws. `file` is the path as it shall be shown. */
  read(text: string, file: string, asked: Asked): Imported;
}

export const importers: readonly Importer[] = [
  { kind: "chaostoolkit", about: "an experiment of Chaos Toolkit, JSON or YAML", read: readExperiment },
  { kind: "chaos-mesh", about: "an object of Chaos Mesh: PodChaos, NetworkChaos", read: readChaosMesh },
  {
    kind: "litmus",
    about: "a ChaosEngine of Litmus: pod-delete, container-kill, pod-network-latency",
    read: readLitmus,
  },
  { kind: "openslo", about: "an SLO of OpenSLO v1, as a control", isSteadyOnly: true, read: readOpenSlo },
];

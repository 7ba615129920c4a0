// Everything that the supervisor does when asked. To add one: a file in this folder and a line here.
import { addReplica } from "./add-replica.ts";
import type { AnyOperation } from "./operation.ts";
import { removeReplica } from "./remove-replica.ts";
import { restartReplica } from "./restart-replica.ts";
import { restoreIndex } from "./restore-index.ts";
import { setWeights } from "./set-weights.ts";
import { startReplica } from "./start-replica.ts";

export const OPERATIONS: readonly AnyOperation[] = [
  startReplica,
  restartReplica,
  restoreIndex,
  setWeights,
  addReplica,
  removeReplica,
];

import { processLimit } from "../../../src/faults/process/process-limit.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

// With the room of the example a bystander sees nothing of it.
testFault(processLimit, { site: replicaSite, unseen: true });

import { processPlannedRestart } from "../../../src/faults/process/process-planned-restart.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(processPlannedRestart, { site: replicaSite, unseen: true, staysObserved: true });

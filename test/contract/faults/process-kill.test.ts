import { processKill } from "../../../src/faults/process/process-kill.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(processKill, { site: replicaSite, staysObserved: true });

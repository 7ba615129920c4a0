import { processPause } from "../../../src/faults/process/process-pause.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(processPause, { site: replicaSite });

import { processThrottle } from "../../../src/faults/process/process-throttle.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(processThrottle, { site: replicaSite });

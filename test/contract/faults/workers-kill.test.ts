import { workersKill } from "../../../src/faults/process/workers-kill.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

// A bystander sees nothing of it: that its health check stays green is the point. Who was ended stays ended.
testFault(workersKill, { site: replicaSite, unseen: true, staysObserved: true });

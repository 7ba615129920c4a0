import { workersPause } from "../../../src/faults/process/workers-pause.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

// A bystander sees nothing of it: that its health check stays green is the point.
testFault(workersPause, { site: replicaSite, unseen: true });

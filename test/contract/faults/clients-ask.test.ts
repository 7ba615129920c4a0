import { clientsAsk } from "../../../src/faults/clients/clients-ask.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

// A bystander is served on: these few requests are no burden.
testFault(clientsAsk, { site: replicaSite, unseen: true });

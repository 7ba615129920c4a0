import { clientsUnread } from "../../../src/faults/clients/clients-unread.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

// A bystander is served on: these few requests are no burden.
testFault(clientsUnread, { site: replicaSite, unseen: true });

import { ingestionRedelivery } from "../../../src/faults/ingestion/ingestion-redelivery.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(ingestionRedelivery, { site: replicaSite, unseen: true });

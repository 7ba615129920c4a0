import { ingestionChurn } from "../../../src/faults/ingestion/ingestion-churn.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(ingestionChurn, { site: replicaSite, unseen: true });

import { ingestionPoisonDocument } from "../../../src/faults/ingestion/ingestion-poison-document.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(ingestionPoisonDocument, { site: replicaSite, unseen: true });

import { ingestionPoisonedDocuments } from "../../../src/faults/ingestion/ingestion-poisoned-documents.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(ingestionPoisonedDocuments, { site: replicaSite, unseen: true });

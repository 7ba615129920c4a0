import { ingestionSchemaDrift } from "../../../src/faults/ingestion/ingestion-schema-drift.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(ingestionSchemaDrift, { site: replicaSite, unseen: true });

import { ingestionErrorPage } from "../../../src/faults/ingestion/ingestion-error-page.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(ingestionErrorPage, { site: replicaSite, unseen: true });

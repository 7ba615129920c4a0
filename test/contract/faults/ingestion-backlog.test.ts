import { ingestionBacklog } from "../../../src/faults/ingestion/ingestion-backlog.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(ingestionBacklog, { site: replicaSite, unseen: true });

import { ingestionStall } from "../../../src/faults/ingestion/ingestion-stall.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(ingestionStall, { site: replicaSite, unseen: true });

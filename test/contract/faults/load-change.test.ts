import { loadChange } from "../../../src/faults/load/load-change.ts";
import { noSite, testFault } from "../../support/test-fault.ts";

testFault(loadChange, { site: noSite, unseen: true });

import { nothing } from "../../../src/faults/control/nothing.ts";
import { noSite, testFault } from "../../support/test-fault.ts";

testFault(nothing, { site: noSite, unseen: true, staysObserved: true });

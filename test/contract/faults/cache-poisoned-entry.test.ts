import { cachePoisonedEntry } from "../../../src/faults/cache/cache-poisoned-entry.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(cachePoisonedEntry, { site: replicaSite });

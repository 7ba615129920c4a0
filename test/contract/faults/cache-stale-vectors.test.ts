import { cacheStaleVectors } from "../../../src/faults/cache/cache-stale-vectors.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(cacheStaleVectors, { site: replicaSite });

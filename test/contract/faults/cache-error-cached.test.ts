import { cacheErrorCached } from "../../../src/faults/cache/cache-error-cached.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(cacheErrorCached, { site: replicaSite });

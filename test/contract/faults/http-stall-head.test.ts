import { httpStallHead } from "../../../src/faults/http/http-stall-head.ts";
import { edgeSite, testFault } from "../../support/test-fault.ts";

testFault(httpStallHead, { site: edgeSite, asked: true, params: { share: 1 } });

import { httpStallBody } from "../../../src/faults/http/http-stall-body.ts";
import { edgeSite, testFault } from "../../support/test-fault.ts";

testFault(httpStallBody, { site: edgeSite, asked: true, params: { share: 1 } });

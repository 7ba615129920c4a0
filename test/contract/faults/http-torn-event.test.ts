import { httpTornEvent } from "../../../src/faults/http/http-torn-event.ts";
import { edgeSite, testFault } from "../../support/test-fault.ts";

testFault(httpTornEvent, { site: edgeSite, asked: true });

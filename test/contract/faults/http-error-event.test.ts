import { httpErrorEvent } from "../../../src/faults/http/http-error-event.ts";
import { edgeSite, testFault } from "../../support/test-fault.ts";

testFault(httpErrorEvent, { site: edgeSite, asked: true });

import { httpEndStream } from "../../../src/faults/http/http-end-stream.ts";
import { edgeSite, testFault } from "../../support/test-fault.ts";

testFault(httpEndStream, { site: edgeSite, asked: true });

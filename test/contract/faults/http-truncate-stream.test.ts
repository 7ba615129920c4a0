import { httpTruncateStream } from "../../../src/faults/http/http-truncate-stream.ts";
import { edgeSite, testFault } from "../../support/test-fault.ts";

testFault(httpTruncateStream, { site: edgeSite, asked: true });

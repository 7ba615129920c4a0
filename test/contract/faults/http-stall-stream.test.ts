import { httpStallStream } from "../../../src/faults/http/http-stall-stream.ts";
import { edgeSite, testFault } from "../../support/test-fault.ts";

testFault(httpStallStream, { site: edgeSite, asked: true, params: { bytes: 250, heartbeat: "50ms" } });

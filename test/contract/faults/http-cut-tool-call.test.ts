import { httpCutToolCall } from "../../../src/faults/http/http-cut-tool-call.ts";
import { edgeSite, testFault } from "../../support/test-fault.ts";

testFault(httpCutToolCall, { site: edgeSite, asked: true, params: { done: true } });

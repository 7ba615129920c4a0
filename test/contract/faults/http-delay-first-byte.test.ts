import { httpDelayFirstByte } from "../../../src/faults/http/http-delay-first-byte.ts";
import { edgeSite, testFault } from "../../support/test-fault.ts";

testFault(httpDelayFirstByte, { site: edgeSite, asked: true, params: { delay: "400ms", posts: false } });

import { httpError } from "../../../src/faults/http/http-error.ts";
import { edgeSite, testFault } from "../../support/test-fault.ts";

testFault(httpError, { site: edgeSite, asked: true, params: { status: 503, posts: false, lasts: "10m" } });

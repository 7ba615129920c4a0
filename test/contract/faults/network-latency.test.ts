import { networkLatency } from "../../../src/faults/network/network-latency.ts";
import { edgeSite, testFault } from "../../support/test-fault.ts";

testFault(networkLatency, { site: edgeSite, params: { latency: "400ms" } });

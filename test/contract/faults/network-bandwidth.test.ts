import { networkBandwidth } from "../../../src/faults/network/network-bandwidth.ts";
import { edgeSite, testFault } from "../../support/test-fault.ts";

testFault(networkBandwidth, { site: edgeSite, params: { rate: 1 } });

import { networkFlapping } from "../../../src/faults/network/network-flapping.ts";
import { edgeSite, testFault } from "../../support/test-fault.ts";

// A turn that outlasts a bystander's look at it.
testFault(networkFlapping, { site: edgeSite, params: { down: "20s", up: "300ms" } });

import { containerCutOff } from "../../../src/faults/container/container-cut-off.ts";
import { testContainerFault } from "../../support/test-container-fault.ts";

testContainerFault(containerCutOff);

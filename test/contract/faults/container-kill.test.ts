import { containerKill } from "../../../src/faults/container/container-kill.ts";
import { testContainerFault } from "../../support/test-container-fault.ts";

testContainerFault(containerKill, { RestartPolicy: { Name: "always" } });

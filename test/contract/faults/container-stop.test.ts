import { containerStop } from "../../../src/faults/container/container-stop.ts";
import { testContainerFault } from "../../support/test-container-fault.ts";

testContainerFault(containerStop, { RestartPolicy: { Name: "unless-stopped" } });

// What a worker last said that was killed: prometheus_client keeps the gauges of a process that is gone, as long as
// nobody clears its folder.
import { pageWith, seriesOf } from "./page-with.ts";
import type { Defect } from "./defect.ts";

const RUNNING = "vllm:num_requests_running";

export const ghostOfADeadWorker: Defect = {
  name: "ghost-of-a-dead-worker",
  summary: "An inference replica still shows seven running requests of a worker that was killed.",
  inference: pageWith(
    seriesOf(RUNNING, (labels, value) =>
      [`${RUNNING}{${labels}} ${value}`, `${RUNNING}{${labels},pid="4711"} 7`].join("\n"),
    ),
  ),
};

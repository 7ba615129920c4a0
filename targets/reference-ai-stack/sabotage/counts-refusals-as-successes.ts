// A success counter that counts what was refused: the more clients are turned away, the better the replica looks.
import { pageWith, seriesOf } from "./page-with.ts";
import type { Defect } from "./defect.ts";

const SUCCESS = "vllm:request_success_total";

export const countsRefusalsAsSuccesses: Defect = {
  name: "counts-refusals-as-successes",
  summary: "An inference replica counts requests that it refuses among those that ended well.",
  inference: (app) => {
    let refused = 0;
    const counting = seriesOf(SUCCESS, (labels, value) => {
      const isStop = labels.includes('finished_reason="stop"');
      return `${SUCCESS}{${labels}} ${isStop ? value + refused : value}`;
    });
    const paged = pageWith(counting)(app);
    return {
      async fetch(request) {
        const answer = await paged.fetch(request);
        if (request.method === "POST" && answer.status >= 400 && answer.status < 500) refused += 1;
        return answer;
      },
    };
  },
};

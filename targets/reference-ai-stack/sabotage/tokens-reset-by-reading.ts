// A count that is taken anew whenever somebody reads it, as llama.cpp's speed is: two readers blind each other, and
// what one of them sees depends on how often it looks.
import { pageWith, seriesOf } from "./page-with.ts";
import type { Defect } from "./defect.ts";

const TOKENS = "vllm:generation_tokens_total";

export const tokensResetByReading: Defect = {
  name: "tokens-reset-by-reading",
  summary: "An inference replica counts the tokens that it made since somebody last looked.",
  inference: (app) => {
    let read = 0;
    const since = seriesOf(TOKENS, (labels, value) => {
      const made = value - read;
      read = value;
      return `${TOKENS}{${labels}} ${made}`;
    });
    return pageWith(since)(app);
  },
};

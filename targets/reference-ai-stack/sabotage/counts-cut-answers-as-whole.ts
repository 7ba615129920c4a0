// A success counter that counts everything: by what the gateway says of its upstreams no answer was ever cut.
import type { Defect } from "./defect.ts";

interface Row {
  readonly outcomes?: { readonly recent?: readonly object[] };
}

async function embellished(answer: Response): Promise<Response> {
  const { upstreams = [] } = (await answer.json()) as { readonly upstreams?: readonly Row[] };
  const rows = upstreams.map(({ outcomes = {}, ...row }) => ({
    ...row,
    errors: 0,
    outcomes: {
      ...outcomes,
      failed: 0,
      broken: 0,
      recent: (outcomes.recent ?? []).map((one) => ({ ...one, how: "whole" })),
    },
  }));
  return Response.json({ upstreams: rows });
}

export const countsCutAnswersAsWhole: Defect = {
  name: "counts-cut-answers-as-whole",
  summary: "The gateway counts every exchange that ended as a whole answer.",
  gateway: (app) => ({
    async fetch(request) {
      const answer = await app.fetch(request);
      const { pathname } = new URL(request.url);
      return pathname === "/internal/upstreams" && request.method === "GET" ? embellished(answer) : answer;
    },
  }),
};

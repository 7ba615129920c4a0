// A block that is in the books alone: the gateway takes it, shows it, and looks at every guess as before.
import type { Servable } from "../common/serve.ts";
import type { Defect } from "./defect.ts";

interface View {
  readonly source: string;
  readonly refusedInAll: number;
  readonly blockedMs: number;
}

function claiming(app: Servable): Servable {
  let claimed: Readonly<Record<string, number>> = {};
  const before = new Map<string, number>();
  const shown = (view: View): View => {
    const blockedMs = claimed[view.source];
    if (blockedMs === undefined) return view;
    const refusedInAll = before.get(view.source) ?? view.refusedInAll;
    before.set(view.source, refusedInAll);
    return { ...view, refusedInAll, blockedMs };
  };
  return {
    async fetch(request, env) {
      if (new URL(request.url).pathname !== "/internal/sources") return app.fetch(request, env);
      if (request.method === "PUT") {
        claimed = ((await request.json()) as { readonly sources: typeof claimed }).sources;
        return Response.json({ sources: [] });
      }
      const answer = await app.fetch(request, env);
      if (!answer.ok) return answer;
      const { sources } = (await answer.json()) as { readonly sources: readonly View[] };
      return Response.json({ sources: sources.map(shown) });
    },
  };
}

export const blockClaimedNotDone: Defect = {
  name: "block-claimed-not-done",
  summary: "The gateway says that an address is turned away, and lets it guess on.",
  gateway: claiming,
};

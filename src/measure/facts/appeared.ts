// Replicas that came during the trial.

import { foldedFact } from "./fact.ts";

export const appeared = foldedFact("appeared", [], (plan) => {
  let first: ReadonlySet<string> | undefined;
  const edges = new Set(plan.disturbances.flatMap((planned) => ("site" in planned ? [planned.site.replica] : [])));
  const found = new Set<string>();
  return {
    add(event) {
      if (event.kind !== "inventory") return;
      const names = event.inventory.replicas.map(({ replica }) => replica);
      first ??= new Set(names);
      // A site that was down when the first look came is no newcomer.
      for (const name of names) if (!first.has(name) && !edges.has(name)) found.add(name);
    },
    done: () => (found.size === 0 ? undefined : [...found]),
  };
});

// An order in which each thing comes after what it needs.

import { HarnessError } from "../../core/errors.ts";

/** Names, each after those that it needs, else in the order given. Throws when they need each other in a circle. */
export function inOrderOfNeeds<Name extends string>(
  names: readonly Name[],
  needs: (name: Name) => readonly Name[],
): Name[] {
  const ordered = new Set<Name>();
  const place = (name: Name, path: readonly Name[]): void => {
    if (ordered.has(name)) return;
    if (path.includes(name)) {
      throw new HarnessError("bug", `facts need each other in a circle: ${[...path, name].join(" → ")}`);
    }
    for (const needed of needs(name)) place(needed, [...path, name]);
    ordered.add(name);
  };
  for (const name of names) place(name, []);
  return [...ordered];
}

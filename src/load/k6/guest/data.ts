// The module `k6/data` of a script. Runs inside the engine.

function frozen(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  for (const one of Object.values(value)) frozen(one);
  return Object.freeze(value);
}

/**
 * A list that nobody changes. In k6 all users share one; here each has its own, made by the same function: its memory
 * counts for each of them.
 */
export const SharedArray = function SharedArray(name: string, make: () => unknown): unknown {
  const made: unknown = JSON.parse(JSON.stringify(make()) ?? "null");
  if (!Array.isArray(made)) throw new TypeError(`SharedArray ${name} is to be made by a function that returns a list`);
  return frozen(made);
} as unknown as new (name: string, make: () => unknown) => unknown;

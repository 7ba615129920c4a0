// Tags of samples as a script gives them: its groups, and those that a call adds. Runs inside the engine.

type Tags = Readonly<Record<string, string>>;

let path = "";

/** Samples of the part have the group's path: names, each after `::`. */
export function inGroup<T>(name: string | number, part: () => T): T {
  if (String(name).includes("::")) throw new Error(`the group "${name}": a name has no "::"`);
  const before = path;
  path = `${path}::${name}`;
  try {
    return part();
  } finally {
    path = before;
  }
}

/** What a sample is given here and now. Throws where a value is no text, number or boolean, as k6 does. */
export function tagsOf(own: unknown): Tags {
  if (own === undefined || own === null) return { group: path };
  if (typeof own !== "object") throw new TypeError(`tags are an object of texts, and no ${typeof own}`);
  const given = Object.entries(own as Readonly<Record<string, unknown>>).map(([key, value]) => {
    if (["string", "number", "boolean"].includes(typeof value)) return [key, String(value)] as const;
    throw new TypeError(`the tag ${key} is no text, number or boolean`);
  });
  return { group: path, ...Object.fromEntries(given) };
}

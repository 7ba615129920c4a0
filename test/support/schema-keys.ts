// The keys of a JSON Schema as rows of a table: where, what kind of value, what it means.

interface Node {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: boolean | Node;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly pattern?: string;
}

/** One row for each key with a description, the outer before the inner; `*` behind a key says that it is needed. */
export function keysOf(schema: unknown, path = ""): string[][] {
  const node = schema as Node;
  const own = Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const name = path === "" ? key : `${path}.${key}`;
    const needed = node.required?.includes(key) === true ? "*" : "";
    const row = [`\`${name}\`${needed}`, kindOf(child), child.description ?? ""];
    return [row, ...keysOf(child, name)];
  });
  const inItems = node.items === undefined ? [] : keysOf(node.items, `${path}[]`);
  const inChoices = [...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap((choice) => keysOf(choice, path));
  return unique([...own, ...inItems, ...inChoices]);
}

function unique(rows: readonly string[][]): string[][] {
  return [...new Map(rows.map((row) => [row.join("\n"), row])).values()];
}

function kindOf(node: Node): string {
  if (node.const !== undefined) return `\`${JSON.stringify(node.const)}\``;
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(", ");
  const choices = node.anyOf ?? node.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(kindOf))].join(" or ");
  if (node.type === "array") return `list of ${kindOf(node.items ?? {})}`;
  if (node.type === "string" && node.pattern?.includes("ms|s|m") === true) return "duration";
  if (node.type === "string" && node.pattern?.includes("/s") === true) return "rate";
  if (node.type === "object") return node.properties === undefined ? "names and values" : "keys below";
  return node.type === "string" ? "text" : (node.type ?? "any");
}

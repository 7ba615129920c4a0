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

/** Behind a key that must be there, and behind one of several of which one must be there. */
const always = "*";
const oneOfSeveral = "(*)";

/**
 * One row for each key, the outer before the inner. Choices that only say more of a key which stands beside them (the
 * parameters of each fault) are left out.
 */
export function keysOf(schema: unknown, path = "", mark = always): string[][] {
  const node = schema as Node;
  const own = Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const name = path === "" ? key : `${path}.${key}`;
    const needed = node.required?.includes(key) === true ? mark : "";
    const row = [`\`${name}\`${needed}`, kindOf(child), child.description ?? ""];
    return [row, ...keysOf(child, name)];
  });
  const inItems = node.items === undefined ? [] : keysOf(node.items, `${path}[]`);
  const choices = choicesOf(node).filter((choice) => !saysMoreOf(node, choice));
  const shapes = choices.filter(({ properties }) => properties !== undefined);
  const inChoices = choices.flatMap((choice) => keysOf(choice, path, shapes.length > 1 ? oneOfSeveral : always));
  return unique([...own, ...inItems, ...inChoices]);
}

function choicesOf({ anyOf = [], oneOf = [] }: Node): readonly Node[] {
  return [...anyOf, ...oneOf];
}

function saysMoreOf({ properties = {} }: Node, choice: Node): boolean {
  return Object.keys(choice.properties ?? {}).some((key) => Object.hasOwn(properties, key));
}

function unique(rows: readonly string[][]): string[][] {
  return [...new Map(rows.map((row) => [row.join("\n"), row])).values()];
}

function kindOf(node: Node): string {
  if (node.const !== undefined) return `\`${JSON.stringify(node.const)}\``;
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (node.properties !== undefined) return "keys below";
  const choices = choicesOf(node);
  if (choices.length > 0) return [...new Set(choices.map(kindOf))].join(" or ");
  if (node.type === "array") return `list of ${kindOf(node.items ?? {})}`;
  if (node.type === "string" && node.pattern?.includes("ms|s|m") === true) return "duration";
  if (node.type === "string" && node.pattern?.includes("/s") === true) return "rate";
  if (node.type === "object") return "names and values";
  return node.type === "string" ? "text" : (node.type ?? "any");
}

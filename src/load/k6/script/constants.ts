// Values that are known without running the script: what `options` may be made of.

import { bare, childOf, childrenOf, nameOf, type ScriptFault, type SyntaxNode } from "./nodes.ts";

/** A value and where it stands; places of what is inside an object or a list are kept beside it. */
export interface Constant {
  readonly node: SyntaxNode;
  readonly value: Scalar | ReadonlyMap<string, Entry> | readonly Constant[];
}

export type Scalar = string | number | boolean | null | undefined;

/** A key of an object, where it stands, and its value. */
export interface Entry {
  readonly key: SyntaxNode;
  readonly constant: Constant;
}

/** What names stand for. */
export interface Scope {
  /** Initial values of the module's own `const`s. */
  readonly constants: ReadonlyMap<string, SyntaxNode>;
  /** `__ENV`. */
  readonly env: Readonly<Record<string, string>>;
}

/** Thrown where a value depends on what only a run would tell. */
export class NotConstant extends Error {
  readonly fault: ScriptFault;

  constructor({ start }: SyntaxNode, found: string) {
    super(found);
    this.fault = {
      at: start,
      code: "RB1204",
      found,
      expected: "values that are known without running the script: literals, constants of this file, __ENV",
    };
  }
}

/** The value of an expression; throws NotConstant. `open`: names that are being worked out, so that no circle is. */
export function constantOf(written: SyntaxNode, scope: Scope, open: readonly string[] = []): Constant {
  const node = bare(written);
  const of = (child: SyntaxNode): Constant => constantOf(child, scope, open);
  switch (node.type) {
    case "ObjectExpression":
      return { node, value: entriesOf(node, of) };
    case "ArrayExpression":
      return { node, value: childrenOf(node, "elements").map(of) };
    case "Identifier":
      return namedOf(node, scope, open);
    default:
      return { node, value: scalarOf(node, scope, of) };
  }
}

function namedOf(node: SyntaxNode, scope: Scope, open: readonly string[]): Constant {
  const name = String(node["name"]);
  if (name === "undefined") return { node, value: undefined };
  const init = scope.constants.get(name);
  if (init === undefined || open.includes(name)) throw new NotConstant(node, `\`${name}\``);
  return { node, value: constantOf(init, scope, [...open, name]).value };
}

function entriesOf(node: SyntaxNode, of: (child: SyntaxNode) => Constant): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const property of childrenOf(node, "properties")) {
    const [key, value] = [childOf(property, "key"), childOf(property, "value")];
    if (property.type === "SpreadElement") {
      const spread = childOf(property, "argument");
      const inside = spread === undefined ? undefined : of(spread).value;
      if (!(inside instanceof Map)) throw new NotConstant(property, "`...` of what is no object");
      for (const [name, entry] of inside) entries.set(name, entry);
      continue;
    }
    const name = property["computed"] === true ? undefined : nameOf(key);
    if (key === undefined || value === undefined || name === undefined || property["method"] === true) {
      throw new NotConstant(property, "a key that is worked out, or a method");
    }
    entries.set(name, { key, constant: of(value) });
  }
  return entries;
}

function scalarOf(node: SyntaxNode, scope: Scope, of: (child: SyntaxNode) => Constant): Scalar {
  const part = (key: string): Scalar => {
    const child = childOf(node, key);
    const value = child === undefined ? undefined : of(child).value;
    if (typeof value === "object" && value !== null) throw new NotConstant(node, "an object inside an expression");
    return value;
  };
  switch (node.type) {
    case "Literal":
      return literalOf(node);
    case "TemplateLiteral":
      return templateOf(node, of);
    case "MemberExpression":
      return envOf(node, scope);
    case "UnaryExpression":
      return unaryOf(node, part("argument"));
    case "ConditionalExpression":
      return part("test") ? part("consequent") : part("alternate");
    case "LogicalExpression": {
      const left = part("left");
      const isTaken = { "||": !left, "&&": Boolean(left), "??": left === undefined || left === null };
      return isTaken[String(node["operator"]) as keyof typeof isTaken] ? part("right") : left;
    }
    case "BinaryExpression":
      return binaryOf(node, part("left"), part("right"));
    case "CallExpression":
      return numberOf(node, of);
    default:
      throw new NotConstant(node, `a ${node.type}`);
  }
}

function literalOf(node: SyntaxNode): Scalar {
  const { value } = node;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (value === null && node["raw"] === "null") return null;
  throw new NotConstant(node, String(node["raw"]));
}

function templateOf(node: SyntaxNode, of: (child: SyntaxNode) => Constant): string {
  const values = childrenOf(node, "expressions").map((child) => textOf(of(child)));
  const texts = childrenOf(node, "quasis").map((quasi) => (quasi["value"] as { cooked: string }).cooked);
  return texts.map((text, index) => text + (values[index] ?? "")).join("");
}

function textOf({ node, value }: Constant): string {
  if (typeof value === "object" && value !== null) throw new NotConstant(node, "an object as a text");
  return String(value);
}

/** `__ENV.NAME`. */
function envOf(node: SyntaxNode, { env }: Scope): Scalar {
  const name =
    node["computed"] === true && childOf(node, "property")?.type !== "Literal"
      ? undefined
      : nameOf(childOf(node, "property"));
  if (nameOf(childOf(node, "object")) === "__ENV" && name !== undefined)
    return Object.hasOwn(env, name) ? env[name] : undefined;
  throw new NotConstant(node, "a property that only a run would tell");
}

function unaryOf(node: SyntaxNode, value: Scalar): Scalar {
  if (node["operator"] === "-") return -Number(value);
  if (node["operator"] === "+") return Number(value);
  if (node["operator"] === "!") return !value;
  throw new NotConstant(node, `\`${String(node["operator"])}\``);
}

function binaryOf(node: SyntaxNode, left: Scalar, right: Scalar): Scalar {
  const [a, b] = [Number(left), Number(right)];
  switch (node["operator"]) {
    case "+":
      return typeof left === "string" || typeof right === "string" ? `${left}${right}` : a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "===":
      return left === right;
    case "!==":
      return left !== right;
    default:
      throw new NotConstant(node, `\`${String(node["operator"])}\``);
  }
}

/** `Number(…)` and `parseInt(…)`, by which texts of __ENV become numbers. */
function numberOf(node: SyntaxNode, of: (child: SyntaxNode) => Constant): Scalar {
  const [name, [first, radix]] = [nameOf(childOf(node, "callee")), childrenOf(node, "arguments")];
  const isKnown = name === "Number" || name === "parseInt" || name === "parseFloat" || name === "String";
  if (!isKnown || first === undefined) throw new NotConstant(node, "a call");
  const text = textOf(of(first));
  if (name === "String") return text;
  if (name === "parseInt") return Number.parseInt(text, radix === undefined ? 10 : Number(of(radix).value));
  return name === "Number" ? Number(text) : Number.parseFloat(text);
}

// Names that a module uses and does not declare: those of JavaScript and of k6's world that our engine has, no other.
// What it lacks (timers, promises, `open`) would be an exception in each iteration, or run when nobody waits.

import { nearest, suggestName } from "../../../core/nearest.ts";
import { isNode, nameOf, type ScriptFault, type SyntaxNode } from "./nodes.ts";

const ofScripts = ["__ENV", "__VU", "__ITER", "console"];
const ofJavaScript = `undefined NaN Infinity arguments Object Array String Number Boolean BigInt Symbol Math JSON Date RegExp
  Map Set WeakMap WeakSet Error EvalError RangeError ReferenceError SyntaxError TypeError URIError AggregateError
  ArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array
  Float64Array BigInt64Array BigUint64Array Reflect Proxy parseInt parseFloat isNaN isFinite encodeURIComponent
  decodeURIComponent encodeURI decodeURI escape unescape`;

const known: ReadonlySet<string> = new Set([...ofScripts, ...ofJavaScript.split(/\s+/)]);

/** Of what is only for types nothing is left; of these there is. */
const typed: ReadonlySet<string> = new Set([
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSInstantiationExpression",
  "TSEnumDeclaration",
  "TSEnumBody",
  "TSEnumMember",
  "TSModuleDeclaration",
  "TSModuleBlock",
  "TSParameterProperty",
]);

/** Keys of nodes under which a name is no variable. */
const noVariables: Readonly<Record<string, readonly string[]>> = {
  property: ["MemberExpression", "MetaProperty"],
  meta: ["MetaProperty"],
  key: ["Property", "MethodDefinition", "PropertyDefinition", "AccessorProperty"],
  label: ["LabeledStatement", "BreakStatement", "ContinueStatement"],
  exported: ["ExportSpecifier", "ExportAllDeclaration"],
  imported: ["ImportSpecifier"],
};

/** Keys of nodes under which names are declared. */
const declaring: Readonly<Record<string, readonly string[]>> = {
  id: [
    "VariableDeclarator",
    "FunctionDeclaration",
    "FunctionExpression",
    "ClassDeclaration",
    "ClassExpression",
    "TSEnumDeclaration",
    "TSEnumMember",
    "TSModuleDeclaration",
  ],
  params: ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"],
  param: ["CatchClause"],
  local: ["ImportSpecifier", "ImportDefaultSpecifier", "ImportNamespaceSpecifier"],
};

interface Use {
  readonly name: string;
  readonly at: number;
}

/** Each use of a name that is none of the module's own, of JavaScript's or of k6's world. */
export function freeNameFaults(program: SyntaxNode): readonly ScriptFault[] {
  const declared = new Set<string>();
  const uses: Use[] = [];
  visit(program, false);

  /** `isNew`: names below are declared here. */
  function visit(node: SyntaxNode, isNew: boolean): void {
    if (node.type.startsWith("TS") && !typed.has(node.type)) return;
    if (node["declare"] === true || node["exportKind"] === "type" || node["source"]) return declareImports(node);
    if (node.type === "Identifier") return take(node, isNew);
    for (const [key, value] of Object.entries(node)) {
      const isPlain = node["computed"] !== true && noVariables[key]?.includes(node.type) === true;
      if (key === "parent" || isPlain) continue;
      // A default value, or a key that is worked out, stands inside of a pattern and declares nothing.
      const isDefault = (node.type === "AssignmentPattern" && key === "right") || key === "key";
      const isNewBelow = declaring[key]?.includes(node.type) === true || (isNew && !isDefault);
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, isNewBelow);
    }
  }

  function take(node: SyntaxNode, isNew: boolean): void {
    const name = nameOf(node) ?? "";
    if (isNew) declared.add(name);
    else uses.push({ name, at: node.start });
  }

  function declareImports(statement: SyntaxNode): void {
    const specifiers = statement.type === "ImportDeclaration" ? (statement["specifiers"] as readonly SyntaxNode[]) : [];
    for (const { local } of specifiers as readonly { readonly local?: SyntaxNode }[]) declared.add(nameOf(local) ?? "");
  }

  return uses.filter(({ name }) => !declared.has(name) && !known.has(name)).map(faultOf);
}

function faultOf({ name, at }: Use): ScriptFault {
  const hint = nearest(name, ofScripts) === undefined ? undefined : suggestName(name, ofScripts);
  const expected = `names of this file, of JavaScript without promises and timers, or ${ofScripts.join(", ")} (the part of k6 that Rebound runs)`;
  return { at, code: "RB1202", found: `\`${name}\``, expected, ...(hint !== undefined && { suggestion: hint }) };
}

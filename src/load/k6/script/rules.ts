// What one module of a script may not say: syntax and names outside of the part of k6 that Rebound runs, and traps by
// which k6 itself runs green without asking anything.

import { suggestName } from "../../../core/nearest.ts";
import { modules, placeOfParams, refusedMethods, requestParams, typeModules, withDefault } from "./api.ts";
import { freeNameFaults } from "./free-names.ts";
import { childOf, childrenOf, nameOf, walk, type ScriptFault, type SyntaxNode } from "./nodes.ts";

/** A module as its rules see it. */
export interface ParsedModule {
  readonly program: SyntaxNode;
  /** It can be read as JavaScript, too: k6 then strips no types from it, whatever its name ends in. */
  readonly isJavaScriptToo: boolean;
  /** Names that `__ENV` has. */
  readonly env: ReadonlySet<string>;
}

const subset = "(the part of k6 that Rebound runs)";

/** Every fault of a module but for those of its syntax and its options. */
export function faultsOf(module: ParsedModule): readonly ScriptFault[] {
  const faults: ScriptFault[] = [];
  const report = (fault: ScriptFault): void => void faults.push(fault);
  for (const statement of childrenOf(module.program, "body")) checkImport(statement, report);
  const names = { spaces: namespacesOf(module.program), env: module.env };
  walk(module.program, (node) => {
    checkSyntax(node, report);
    checkTypeArguments(node, module, report);
    if (node.type === "MemberExpression") checkMember(node, names, report);
    if (node.type === "VariableDeclarator") checkTakenApart(node, names, report);
    if (node.type === "CallExpression") checkParams(node, names, report);
  });
  return [...faults, ...freeNameFaults(module.program)];
}

type Report = (fault: ScriptFault) => void;

function sourceOf(statement: SyntaxNode): SyntaxNode | undefined {
  const isFrom = ["ImportDeclaration", "ExportNamedDeclaration", "ExportAllDeclaration"].includes(statement.type);
  return isFrom ? childOf(statement, "source") : undefined;
}

/** Specifier of a statement that takes values from another module; undefined of any other, and of types alone. */
export function importOf(statement: SyntaxNode): { readonly specifier: string; readonly at: number } | undefined {
  const source = sourceOf(statement);
  const specifier = nameOf(source);
  const isType = statement["importKind"] === "type" || statement["exportKind"] === "type";
  return source === undefined || specifier === undefined || isType ? undefined : { specifier, at: source.start };
}

/** Modules of k6 and files beside the script are known; the latter are looked for by who reads them. */
function checkImport(statement: SyntaxNode, report: Report): void {
  const found = importOf(statement);
  if (found === undefined || /^\.\.?\//.test(found.specifier)) return;
  const { specifier, at } = found;
  const known = modules.get(specifier);
  if (known === undefined) {
    const values = childrenOf(statement, "specifiers").filter((one) => one["importKind"] !== "type");
    if (typeModules.includes(specifier) && values.length === 0) return;
    const hint = suggestName(specifier, [...modules.keys()]);
    const expected = `${[...modules.keys()].join(", ")} ${subset}, or a file by ./ or ../`;
    return report({
      at,
      code: "RB1202",
      found: `the import "${specifier}"`,
      expected,
      ...(hint !== undefined && { suggestion: hint }),
    });
  }
  for (const one of childrenOf(statement, "specifiers")) {
    if (one["importKind"] === "type" || one["exportKind"] === "type") continue;
    const name = importedName(one);
    if (name === "*" || known.includes(name) || (name === "default" && withDefault.includes(specifier))) continue;
    if (isTypeOnlyName(name)) continue;
    const hint = suggestName(name, known);
    const expected = `${known.join(", ")} ${subset}`;
    report({
      at: one.start,
      code: "RB1202",
      found: `"${name}" of ${specifier}`,
      expected,
      ...(hint !== undefined && { suggestion: hint }),
    });
  }
}

/** Types of @types/k6 that are imported among values; nothing of them is left at run time. */
function isTypeOnlyName(name: string): boolean {
  return [
    "Response",
    "CookieJarCookies",
    "CookieOptions",
    "RefinedResponse",
    "ResponseType",
    "RefinedParams",
    "Params",
    "RequestBody",
  ].includes(name);
}

function importedName(specifier: SyntaxNode): string {
  if (specifier.type === "ImportDefaultSpecifier") return "default";
  if (specifier.type === "ImportNamespaceSpecifier") return "*";
  return nameOf(childOf(specifier, specifier.type === "ExportSpecifier" ? "local" : "imported")) ?? "";
}

/** Modules of k6 that this module has as a whole (`import http from`, `import * as k6 from`), by what it calls them. */
function namespacesOf(program: SyntaxNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const statement of childrenOf(program, "body")) {
    const specifier = importOf(statement)?.specifier ?? "";
    if (!modules.has(specifier)) continue;
    for (const one of childrenOf(statement, "specifiers")) {
      const local = nameOf(childOf(one, "local"));
      if (one.type !== "ImportSpecifier" && local !== undefined) names.set(local, specifier);
    }
  }
  return names;
}

interface Names {
  readonly spaces: ReadonlyMap<string, string>;
  readonly env: ReadonlySet<string>;
}

interface NameOf {
  readonly of: string;
  /** undefined: it is worked out. */
  readonly name: string | undefined;
  readonly at: number;
}

function checkMember(node: SyntaxNode, names: Names, report: Report): void {
  const [object, property] = [childOf(node, "object"), childOf(node, "property")];
  const of = object?.type === "Identifier" ? nameOf(object) : undefined;
  const name = node["computed"] === true && property?.type !== "Literal" ? undefined : nameOf(property);
  const at = property?.start ?? node.start;
  if (of !== undefined) checkNameOf({ of, name, at }, names, report);
  if (name !== undefined && refusedMethods.includes(name)) {
    report({ at, code: "RB1202", found: `.${name}`, expected: `responses as text or JSON ${subset}` });
  }
}

/** `const { get } = http`, and the same of `__ENV`. */
function checkTakenApart(node: SyntaxNode, names: Names, report: Report): void {
  const [pattern, of] = [childOf(node, "id"), nameOf(childOf(node, "init"))];
  if (pattern?.type !== "ObjectPattern" || of === undefined) return;
  for (const property of childrenOf(pattern, "properties")) {
    if (property.type !== "Property") continue;
    const name = property["computed"] === true ? undefined : nameOf(childOf(property, "key"));
    checkNameOf({ of, name, at: property.start }, names, report);
  }
}

function checkNameOf(found: NameOf, { spaces, env }: Names, report: Report): void {
  const { of, name, at } = found;
  const space = spaces.get(of);
  if (space !== undefined) return checkSpaceName(found, space, report);
  if (of !== "__ENV" || name === undefined || env.has(name)) return;
  const expected = `one of ${[...env].join(", ")}: \`url\` and \`env\` of the stream in target.yaml, \`env\` of a scenario`;
  report({ at, code: "RB1202", found: `__ENV.${name}`, expected });
}

/** What would be left out without a word is no request of the script's. What is worked out is looked at later. */
function checkParams(node: SyntaxNode, { spaces }: Names, report: Report): void {
  const callee = childOf(node, "callee");
  const space = spaces.get(nameOf(childOf(callee ?? node, "object")) ?? "");
  const place = space === "k6/http" ? placeOfParams.get(nameOf(childOf(callee ?? node, "property")) ?? "") : undefined;
  const params = place === undefined ? undefined : childrenOf(node, "arguments")[place];
  if (params?.type !== "ObjectExpression") return;
  for (const property of childrenOf(params, "properties")) {
    const key = property["computed"] === true ? undefined : nameOf(childOf(property, "key"));
    if (key === undefined || requestParams.includes(key)) continue;
    const hint = suggestName(key, requestParams);
    const expected = `${requestParams.join(", ")} ${subset}`;
    const fault = { at: property.start, code: "RB1202" as const, found: `\`${key}\` of a request`, expected };
    report(hint === undefined ? fault : { ...fault, suggestion: hint });
  }
}

function checkSpaceName({ of, name, at }: NameOf, space: string, report: Report): void {
  const known = modules.get(space) ?? [];
  if (name !== undefined && known.includes(name)) return;
  const found = name === undefined ? `a name of ${of} that is worked out` : `${of}.${name}`;
  const hint = name === undefined ? undefined : suggestName(name, known);
  const fault = { at, code: "RB1202" as const, found, expected: `${of}.${known.join(`, ${of}.`)} ${subset}` };
  report(hint === undefined ? fault : { ...fault, suggestion: hint });
}

/** Scripts wait where they ask: what would run later, on its own, has no user whose time it takes. */
function checkSyntax(node: SyntaxNode, report: Report): void {
  const expected = `code that waits where it asks ${subset}`;
  if (node["async"] === true) report({ at: node.start, code: "RB1202", found: "an async function", expected });
  if (node.type === "AwaitExpression") report({ at: node.start, code: "RB1202", found: "`await`", expected });
  if (node.type === "ForOfStatement" && node["await"] === true) {
    report({ at: node.start, code: "RB1202", found: "`for await`", expected });
  }
  if (node.type === "MetaProperty" && nameOf(childOf(node, "meta")) === "import") {
    report({ at: node.start, code: "RB1202", found: "`import.meta`", expected: `imports and __ENV ${subset}` });
  }
  if (node.type === "ImportExpression") {
    report({ at: node.start, code: "RB1202", found: "`import()`", expected: "imports at the top of the file" });
  }
}

/**
 * A file that is JavaScript as it stands is run by k6 as such: `http.get<"text">(url)` is then two comparisons, and no
 * request is sent. We strip the types of any .ts ourselves, but the script would say something else to k6.
 */
function checkTypeArguments(node: SyntaxNode, { isJavaScriptToo }: ParsedModule, report: Report): void {
  const types =
    node.type === "CallExpression" ? (childOf(node, "typeArguments") ?? childOf(node, "typeParameters")) : undefined;
  if (types === undefined || !isJavaScriptToo) return;
  report({
    at: types.start,
    code: "RB1206",
    found: "types of a call in a file that is JavaScript without them: k6 reads two comparisons, and asks nothing",
    expected: "no types here, or any other type in the file",
    suggestion: 'write the type of a variable instead: `const answer: RefinedResponse<"text"> = …`',
  });
}

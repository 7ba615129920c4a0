// What one module of a script may not say: syntax and names outside of the part of k6 that Rebound runs, and traps by
// which k6 itself runs green without asking anything.

import { suggestName } from "../../../core/nearest.ts";
import { modules, refusedMethods, typeModules, withDefault } from "./api.ts";
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
  const https = httpNames(module.program);
  walk(module.program, (node) => {
    checkSyntax(node, report);
    checkTypeArguments(node, module, report);
    if (node.type === "MemberExpression") checkMember(node, { https, env: module.env }, report);
  });
  return faults;
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
      found: `"${name}" of ${specifier}`,
      expected,
      ...(hint !== undefined && { suggestion: hint }),
    });
  }
}

/** Types of @types/k6 that are imported among values; nothing of them is left at run time. */
function isTypeOnlyName(name: string): boolean {
  return ["Response", "RefinedResponse", "ResponseType", "RefinedParams", "Params", "RequestBody"].includes(name);
}

function importedName(specifier: SyntaxNode): string {
  if (specifier.type === "ImportDefaultSpecifier") return "default";
  if (specifier.type === "ImportNamespaceSpecifier") return "*";
  return nameOf(childOf(specifier, specifier.type === "ExportSpecifier" ? "local" : "imported")) ?? "";
}

/** What `k6/http` as a whole is called in this module. */
function httpNames(program: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of childrenOf(program, "body")) {
    if (importOf(statement)?.specifier !== "k6/http") continue;
    for (const one of childrenOf(statement, "specifiers")) {
      const local = nameOf(childOf(one, "local"));
      if (one.type !== "ImportSpecifier" && local !== undefined) names.add(local);
    }
  }
  return names;
}

interface Names {
  readonly https: ReadonlySet<string>;
  readonly env: ReadonlySet<string>;
}

function checkMember(node: SyntaxNode, { https, env }: Names, report: Report): void {
  const [object, property] = [childOf(node, "object"), childOf(node, "property")];
  const of = object?.type === "Identifier" ? nameOf(object) : undefined;
  const name = node["computed"] === true && property?.type !== "Literal" ? undefined : nameOf(property);
  const at = property?.start ?? node.start;
  if (of !== undefined && https.has(of)) return checkHttpName({ of, name, at }, report);
  if (of === "__ENV" && name !== undefined && !env.has(name)) {
    const expected = `one of ${[...env].join(", ")}: \`url\` and \`env\` of the stream in target.yaml`;
    return report({ at, found: `__ENV.${name}`, expected });
  }
  if (name !== undefined && refusedMethods.includes(name)) {
    report({ at, found: `.${name}`, expected: `responses as text or JSON ${subset}` });
  }
}

function checkHttpName(
  { of, name, at }: { readonly of: string; readonly name: string | undefined; readonly at: number },
  report: Report,
): void {
  const known = modules.get("k6/http") ?? [];
  if (name !== undefined && known.includes(name)) return;
  const found = name === undefined ? `a name of ${of} that is worked out` : `${of}.${name}`;
  const hint = name === undefined ? undefined : suggestName(name, known);
  const fault = { at, found, expected: `${of}.${known.join(`, ${of}.`)} ${subset}` };
  report(hint === undefined ? fault : { ...fault, suggestion: hint });
}

/** Scripts wait where they ask: what would run later, on its own, has no user whose time it takes. */
function checkSyntax(node: SyntaxNode, report: Report): void {
  const expected = `code that waits where it asks ${subset}`;
  if (node["async"] === true) report({ at: node.start, found: "an async function", expected });
  if (node.type === "AwaitExpression") report({ at: node.start, found: "`await`", expected });
  if (node.type === "ForOfStatement" && node["await"] === true) {
    report({ at: node.start, found: "`for await`", expected });
  }
  if (node.type === "ImportExpression") {
    report({ at: node.start, found: "`import()`", expected: "imports at the top of the file" });
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
    found: "types of a call in a file that is JavaScript without them: k6 reads two comparisons, and asks nothing",
    expected: "no types here, or any other type in the file",
    suggestion: 'write the type of a variable instead: `const answer: RefinedResponse<"text"> = …`',
  });
}

// What the first file of a script exports: its functions and its options.

import { bare, childOf, childrenOf, nameOf, type SyntaxNode } from "./nodes.ts";

export interface Exports {
  /** Names of exported functions; `default` among them. */
  readonly functions: ReadonlySet<string>;
  /** Where each name is exported; `*` where all of another file are. */
  readonly places: ReadonlyMap<string, number>;
  /** Initial values of the constants at the top of the file. */
  readonly constants: ReadonlyMap<string, SyntaxNode>;
  /** What `options` is; undefined where it is not exported. */
  readonly options: SyntaxNode | undefined;
}

export function exportsOf(program: SyntaxNode): Exports {
  const statements = childrenOf(program, "body");
  const constants = new Map<string, SyntaxNode>();
  const declared = new Set<string>();
  for (const statement of statements) {
    const declaration = statement.type === "ExportNamedDeclaration" ? childOf(statement, "declaration") : statement;
    if (declaration === undefined) continue;
    for (const { name, init } of variablesOf(declaration)) {
      if (declaration["kind"] === "const" || name === "options") constants.set(name, init);
      if (isFunction(init)) declared.add(name);
    }
    const named = nameOf(childOf(declaration, "id"));
    if (isFunction(declaration) && named !== undefined) declared.add(named);
  }
  const exported = statements.flatMap((statement) => exportedBy(statement).map((one) => ({ ...one, statement })));
  const names = new Map(exported.map(({ name, local }) => [name, local]));
  const functions = [...names].flatMap(([name, local]) => (local === undefined || declared.has(local) ? name : []));
  const places = new Map(exported.map(({ name, statement }) => [name, statement.start]));
  const options = names.get("options");
  return {
    functions: new Set(functions),
    places,
    constants,
    options: options === undefined ? undefined : constants.get(options),
  };
}

interface Exported {
  readonly name: string;
  /** As the file calls it; undefined: a function without a name of its own. */
  readonly local: string | undefined;
}

/** What comes from another file has a local name that no function of this file has. */
function exportedBy(statement: SyntaxNode): readonly Exported[] {
  if (statement["exportKind"] === "type") return [];
  if (statement.type === "ExportAllDeclaration") return [{ name: "*", local: "*" }];
  const declaration = childOf(statement, "declaration");
  if (statement.type === "ExportDefaultDeclaration") {
    const named = declaration?.type === "Identifier" ? nameOf(declaration) : undefined;
    return [{ name: "default", local: isFunction(declaration) ? undefined : (named ?? "*") }];
  }
  if (statement.type !== "ExportNamedDeclaration") return [];
  const isOfAnother = childOf(statement, "source") !== undefined;
  const listed = childrenOf(statement, "specifiers").map((one) => ({
    name: nameOf(childOf(one, "exported")) ?? "",
    local: isOfAnother ? "*" : nameOf(childOf(one, "local")),
  }));
  if (declaration === undefined) return listed;
  const own = nameOf(childOf(declaration, "id"));
  const variables = variablesOf(declaration).map(({ name }) => ({ name, local: name }));
  return [...listed, ...variables, ...(own === undefined ? [] : [{ name: own, local: own }])];
}

function variablesOf(declaration: SyntaxNode): readonly { readonly name: string; readonly init: SyntaxNode }[] {
  return childrenOf(declaration, "declarations").flatMap((one) => {
    const [name, init] = [nameOf(childOf(one, "id")), childOf(one, "init")];
    return name === undefined || init === undefined ? [] : [{ name, init: bare(init) }];
  });
}

/** One that runs when it is called: a generator does not. */
function isFunction(node: SyntaxNode | undefined): boolean {
  const types = ["ArrowFunctionExpression", "FunctionExpression", "FunctionDeclaration"];
  return node !== undefined && types.includes(node.type) && node["generator"] !== true;
}

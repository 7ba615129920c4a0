// What the first file of a script exports: its functions and its options.

import { bare, childOf, childrenOf, nameOf, type SyntaxNode } from "./nodes.ts";

export interface Exports {
  /** Names of exported functions; `default` among them. */
  readonly functions: ReadonlySet<string>;
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
    if (declaration.type === "FunctionDeclaration" && named !== undefined) declared.add(named);
  }
  const names = new Map(statements.flatMap(exportedBy));
  const functions = [...names].flatMap(([name, local]) => (local === undefined || declared.has(local) ? name : []));
  const options = names.get("options");
  return {
    functions: new Set(functions),
    constants,
    options: options === undefined ? undefined : constants.get(options),
  };
}

/** Exported name and local name of a statement; without a local name it is a function without one. */
function exportedBy(statement: SyntaxNode): readonly (readonly [string, string | undefined])[] {
  const declaration = childOf(statement, "declaration");
  if (statement.type === "ExportDefaultDeclaration") {
    const named = declaration?.type === "Identifier" ? nameOf(declaration) : undefined;
    const isIt = named !== undefined || declaration?.type === "FunctionDeclaration" || isFunction(declaration);
    return isIt ? [["default", named]] : [];
  }
  if (statement.type !== "ExportNamedDeclaration" || childOf(statement, "source") !== undefined) return [];
  const listed = childrenOf(statement, "specifiers").map((one) => {
    return [nameOf(childOf(one, "exported")) ?? "", nameOf(childOf(one, "local"))] as const;
  });
  if (declaration === undefined) return listed;
  const own = nameOf(childOf(declaration, "id"));
  const variables = variablesOf(declaration).map(({ name }) => [name, name] as const);
  return [...listed, ...variables, ...(own === undefined ? [] : [[own, own] as const])];
}

function variablesOf(declaration: SyntaxNode): readonly { readonly name: string; readonly init: SyntaxNode }[] {
  return childrenOf(declaration, "declarations").flatMap((one) => {
    const [name, init] = [nameOf(childOf(one, "id")), childOf(one, "init")];
    return name === undefined || init === undefined ? [] : [{ name, init: bare(init) }];
  });
}

function isFunction(node: SyntaxNode | undefined): boolean {
  return node?.type === "ArrowFunctionExpression" || node?.type === "FunctionExpression";
}

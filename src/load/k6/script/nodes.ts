// The syntax tree of a script, as its rules walk it.

import type { ProblemCode } from "../../../core/problems/index.ts";

/** A node of ESTree; what else it has depends on its type. */
export interface SyntaxNode {
  readonly type: string;
  /** Offsets into the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** A mistake in one module of a script. */
export interface ScriptFault {
  readonly code: ProblemCode;
  /** Offset into the module's text, in UTF-16 units. */
  readonly at: number;
  readonly found: string;
  readonly expected: string;
  readonly suggestion?: string;
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

/** A child of that name; undefined where there is none, or a list. */
export function childOf(node: SyntaxNode, key: string): SyntaxNode | undefined {
  const child = node[key];
  return isNode(child) ? child : undefined;
}

/** Children of a list of that name; holes are left out. */
export function childrenOf(node: SyntaxNode, key: string): readonly SyntaxNode[] {
  const list = node[key];
  return Array.isArray(list) ? list.filter(isNode) : [];
}

/** Visits every node below, parents first. */
export function walk(node: SyntaxNode, visit: (node: SyntaxNode) => void): void {
  visit(node);
  for (const [key, value] of Object.entries(node)) {
    if (key === "parent") continue;
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, visit);
  }
}

/** The name of an identifier, or the text of a literal; undefined of anything else. */
export function nameOf(node: SyntaxNode | undefined): string | undefined {
  if (node?.type === "Identifier") return String(node["name"]);
  return node?.type === "Literal" && typeof node["value"] === "string" ? node["value"] : undefined;
}

/** What an expression is without the types around it. */
export function bare(node: SyntaxNode): SyntaxNode {
  const around = ["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression", "ParenthesizedExpression"];
  const inside = around.includes(node.type) ? childOf(node, "expression") : undefined;
  return inside === undefined ? node : bare(inside);
}

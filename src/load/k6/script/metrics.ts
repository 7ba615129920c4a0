// Metrics that a script makes: their names must be known without a run, since thresholds are checked against them.

import { importOf } from "./rules.ts";
import { childOf, childrenOf, nameOf, walk, type ScriptFault, type SyntaxNode } from "./nodes.ts";
import type { KnownMetric, MetricKind } from "./thresholds.ts";

const kinds: ReadonlyMap<string, MetricKind> = new Map<string, MetricKind>([
  ["Counter", "counter"],
  ["Gauge", "gauge"],
  ["Rate", "rate"],
  ["Trend", "trend"],
]);

interface MadeMetric extends KnownMetric {
  /** Where its name stands, an offset into the module's text. */
  readonly at: number;
}

/** Those of one module, by name; what is wrong is reported. */
export function metricsOf(program: SyntaxNode, report: (fault: ScriptFault) => void): ReadonlyMap<string, MadeMetric> {
  const { classes, spaces } = importsOf(program);
  const metrics = new Map<string, MadeMetric>();
  walk(program, (node) => {
    const callee = node.type === "NewExpression" ? childOf(node, "callee") : undefined;
    if (callee === undefined) return;
    const isOfSpace = callee.type === "MemberExpression" && spaces.has(nameOf(childOf(callee, "object")) ?? "");
    const kind = isOfSpace ? kinds.get(nameOf(childOf(callee, "property")) ?? "") : classes.get(nameOf(callee) ?? "");
    if (kind === undefined) return;
    const [first, second] = childrenOf(node, "arguments");
    const name = first?.type === "Literal" ? nameOf(first) : undefined;
    if (name !== undefined && /^[A-Za-z_]\w{0,127}$/.test(name) && (metrics.get(name)?.kind ?? kind) === kind) {
      if (!metrics.has(name))
        metrics.set(name, { kind, isTime: second?.["value"] === true, at: (first ?? node).start });
      return;
    }
    const expected = "a text that is a name of letters, digits and _, of one kind of metric alone";
    report({ at: (first ?? node).start, code: "RB1205", found: "the name of a metric", expected });
  });
  return metrics;
}

interface MetricImports {
  /** Kinds by what the module calls them. */
  readonly classes: ReadonlyMap<string, MetricKind>;
  /** What it calls `k6/metrics` as a whole. */
  readonly spaces: ReadonlySet<string>;
}

function importsOf(program: SyntaxNode): MetricImports {
  const classes = new Map<string, MetricKind>();
  const spaces = new Set<string>();
  for (const statement of childrenOf(program, "body")) {
    if (importOf(statement)?.specifier !== "k6/metrics") continue;
    for (const one of childrenOf(statement, "specifiers")) {
      const local = nameOf(childOf(one, "local")) ?? "";
      const kind = kinds.get(nameOf(childOf(one, "imported")) ?? "");
      if (kind !== undefined) classes.set(local, kind);
      else spaces.add(local);
    }
  }
  return { classes, spaces };
}

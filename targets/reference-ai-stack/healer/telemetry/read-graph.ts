// `GET /graph` of the collector, read with suspicion: who calls whom, by service.
import type { Dependencies } from "../orchestration/cone.ts";

/** Who only looks after the others: no request of a user goes through them, whomever they call. */
const CARETAKERS: ReadonlySet<string> = new Set(["supervisor", "healer", "collector"]);

/** Null when the body has not that shape; a call of another form is left out. */
export function readGraph(body: unknown): Dependencies | null {
  const { edges } = fieldsOf(body);
  if (!Array.isArray(edges)) return null;
  const graph = new Map<string, Set<string>>();
  for (const edge of edges as readonly unknown[]) {
    const { from, to } = fieldsOf(edge);
    const [caller, called] = [fieldsOf(from)["service"], fieldsOf(to)["service"]];
    if (typeof caller !== "string" || typeof called !== "string" || caller === called) continue;
    if (CARETAKERS.has(caller) || CARETAKERS.has(called)) continue;
    graph.set(caller, (graph.get(caller) ?? new Set()).add(called));
  }
  return graph;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

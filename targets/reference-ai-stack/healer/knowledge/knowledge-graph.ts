// The reliability knowledge graph: which incidents there were, of what class and where, what was tried against them and
// what that did. Made from the actions that the healer's state keeps. Pure.
import { targetKey } from "../decision/reach.ts";
import type { PastAction } from "../decision/guards.ts";

type NodeKind = "incident" | "class" | "service" | "replica" | "pathway";

interface Node {
  /** `<kind>:<name>`. */
  readonly id: string;
  readonly kind: NodeKind;
}

interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** incident → class · incident → place · replica → service · incident → pathway. */
  readonly kind: "was" | "at" | "of" | "answered-by";
  /** On `answered-by`: whether it helped; absent while nobody knows. */
  readonly healed?: boolean;
  /** By which of its ways. */
  readonly means?: string;
}

export interface KnowledgeGraph {
  readonly nodes: readonly Node[];
  readonly edges: readonly GraphEdge[];
}

/** The graph of these actions; each of them belongs to an incident. */
export function knowledgeOf(past: readonly PastAction[]): KnowledgeGraph {
  const nodes = new Map<string, Node>();
  const edges = new Map<string, GraphEdge>();
  const node = (kind: NodeKind, name: string): string => {
    const id = `${kind}:${name}`;
    nodes.set(id, { id, kind });
    return id;
  };
  const link = (edge: GraphEdge, key = ""): void => void edges.set(`${edge.from} ${edge.kind} ${edge.to} ${key}`, edge);
  for (const { incident, attempt = 0, target, signature, pathway, means, healed } of past) {
    if (incident === undefined || pathway === undefined) continue;
    const from = node("incident", incident);
    link({ from, kind: "was", to: node("class", signature.split("@")[0] ?? "") });
    if (target.scope !== "stack") {
      const service = node("service", target.service);
      const place = target.scope === "replica" ? node("replica", targetKey(target)) : service;
      link({ from, kind: "at", to: place });
      if (place !== service) link({ from: place, kind: "of", to: service });
    }
    const more = { ...(healed !== undefined && { healed }), ...(means !== undefined && { means }) };
    link({ from, kind: "answered-by", to: node("pathway", pathway), ...more }, String(attempt));
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

/** What was tried before against this class at this service, in words; null when nothing was. */
export function historyInWords(past: readonly PastAction[], faultClass: string, service: string): string | null {
  const tallies = new Map<string, { healed: number; tried: number }>();
  for (const { signature, target, pathway, means, healed } of past) {
    if (pathway === undefined || healed === undefined || target.scope === "stack") continue;
    if (target.service !== service || signature.split("@")[0] !== faultClass) continue;
    const key = means === undefined ? pathway : `${pathway} by ${means}`;
    const tally = tallies.get(key) ?? { healed: 0, tried: 0 };
    tallies.set(key, { healed: tally.healed + (healed ? 1 : 0), tried: tally.tried + 1 });
  }
  if (tallies.size === 0) return null;
  const said = [...tallies].map(([key, { healed, tried }]) => `${key} healed ${healed} of ${tried}`);
  return `before, against ${faultClass} at ${service}: ${said.join(", ")}`;
}

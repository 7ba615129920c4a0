// Who calls whom, and what was changed: asked of those who saw it. Who cannot be asked costs a part of the evidence,
// never the case, and no time to speak of.
import type { Surroundings } from "../nouns.ts";
import { dependenciesIn } from "../orchestration/cone.ts";
import type { Dependencies } from "../orchestration/cone.ts";
import { readUpstreams } from "./read-answer.ts";
import { askJson } from "./http-json.ts";
import { readChanges } from "./read-changes.ts";
import { readGraph } from "./read-graph.ts";

const TIMEOUT_MS = 300;
/** Calls of this long are asked for, ms: a service that nobody asks just now is still called by somebody. */
const WINDOW_MS = 60_000;

interface Ports {
  readonly supervisor: number;
  readonly gateway: number;
  /** Absent: there is no collector. */
  readonly collector?: number;
}

/**
 * The graph that the collector has derived from traces, with what the gateway's traffic shows; one of them alone where
 * the other cannot be asked, and the last one known where neither can. And the supervisor's list of changes.
 */
export function openSurroundings(ports: Ports): Surroundings {
  let last: Dependencies | null = null;
  const ask = async (port: number | undefined, path: string): Promise<unknown> => {
    if (port === undefined) return null;
    const answer = await askJson({ port, path, timeoutMs: TIMEOUT_MS });
    return answer.kind === "answered" && answer.status === 200 ? answer.body : null;
  };
  return {
    async graph() {
      const [traced, traffic] = await Promise.all([
        ask(ports.collector, `/graph?windowMs=${WINDOW_MS}`),
        ask(ports.gateway, "/internal/upstreams?back=0"),
      ]);
      const upstreams = readUpstreams(traffic);
      const seen = [readGraph(traced), upstreams === null ? null : dependenciesIn(upstreams)];
      const known = seen.filter((one) => one !== null && one.size > 0);
      if (known.length > 0) last = together(known as readonly Dependencies[]);
      return last;
    },
    changes: async () => readChanges(await ask(ports.supervisor, "/changes")),
  };
}

/** Calls that any of them knows. */
function together(graphs: readonly Dependencies[]): Dependencies {
  const callers = new Set(graphs.flatMap((graph) => [...graph.keys()]));
  return new Map([...callers].map((from) => [from, new Set(graphs.flatMap((graph) => [...(graph.get(from) ?? [])]))]));
}

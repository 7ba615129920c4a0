// The gateway's edges: where it calls the others, and the variables that say so.
import { serviceOf, type Member } from "./common/members.ts";
import { readAddress, readCount, type Environment } from "./variables.ts";

export const VECTOR_IDS = ["vector-1", "vector-2"] as const;
export const INFERENCE_IDS = ["inference-1", "inference-2"] as const;
type VectorId = (typeof VECTOR_IDS)[number];
type InferenceId = (typeof INFERENCE_IDS)[number];
type CalledId = VectorId | InferenceId | "embedder";
type Ports = Readonly<Record<CalledId, number>>;

/**
 * Addresses (`host:port`) at which the gateway calls the others; each may lead through something else than the replica.
 */
export interface GatewayEdges {
  readonly embedder: string;
  readonly vector: Readonly<Record<VectorId, string>>;
  readonly inference: Readonly<Record<InferenceId, string>>;
  /** The other way to the inference replicas; absent: there is none. */
  readonly alternative?: { readonly addresses: Readonly<Record<InferenceId, string>>; readonly latencyMs: number };
}

/** The variable that carries the address of a gateway edge: `vector-1` → `GATEWAY_TO_VECTOR_1`. */
export function edgeVariable(replica: string): string {
  return `GATEWAY_TO_${replica.toUpperCase().replaceAll("-", "_")}`;
}

/** The same of the other way: `inference-1` → `GATEWAY_TO_INFERENCE_1_ALTERNATIVE`. */
export function alternativeVariable(replica: string): string {
  return `${edgeVariable(replica)}_ALTERNATIVE`;
}

/** Every edge leads straight to its replica where no variable names another address. */
export function readEdges(env: Environment, ports: Ports): GatewayEdges {
  const to = (replica: CalledId, variable = edgeVariable(replica)): string =>
    readAddress(env, variable) ?? `127.0.0.1:${ports[replica]}`;
  const other = (replica: InferenceId): string => to(replica, alternativeVariable(replica));
  return {
    embedder: to("embedder"),
    vector: { "vector-1": to("vector-1"), "vector-2": to("vector-2") },
    inference: { "inference-1": to("inference-1"), "inference-2": to("inference-2") },
    alternative: {
      addresses: { "inference-1": other("inference-1"), "inference-2": other("inference-2") },
      latencyMs: readCount(env, "STACK_ALTERNATIVE_LATENCY_MS") ?? 15,
    },
  };
}

/** Who takes part in the gateway's traffic when the stack starts, each at its edge and with its full share. */
export function membersAtStart({ embedder, vector, inference, alternative }: GatewayEdges): readonly Member[] {
  const others: Readonly<Record<string, string>> = alternative?.addresses ?? {};
  return Object.entries({ embedder, ...vector, ...inference }).map(([replica, address]) => {
    const other = others[replica];
    return {
      service: serviceOf(replica),
      replica,
      address,
      ...(other !== undefined && { alternative: { address: other, latencyMs: alternative?.latencyMs ?? 0 } }),
      weight: 1,
    };
  });
}

// What an operation changes, looked at before and after it: the process of a replica, the bytes of its index, the
// weights, who takes part.
import { hashIndex } from "../vector/engines/generation.ts";
import { replicaFiles } from "../vector/layout.ts";
import type { Lineage } from "./lineage.ts";
import type { AnyOperation, OperationAnswer, OperationParts, RawArgs } from "./operations/operation.ts";

export interface Done {
  readonly principal: string;
  /** Idempotency key; the healer's begin with the incident and name the step. */
  readonly key: string | undefined;
  readonly args: RawArgs;
}

/** Does it, and writes down what it was, with how it was before and after. */
export async function noted(
  operation: AnyOperation,
  { principal, key, args }: Done,
  parts: OperationParts & { readonly lineage: Lineage },
): Promise<OperationAnswer> {
  const { lineage } = parts;
  const before = await stateOf(operation, args, parts);
  const answer = await operation.call(args, parts, principal);
  const { replica, service } = args;
  const incident = principal === "healer" ? key?.split(" ")[0] : undefined;
  await lineage.note({
    principal,
    what: operation.name,
    ...(incident !== undefined && { incident }),
    ...(key !== undefined && { event: `${principal} ${key}` }),
    ...(typeof replica === "string" && { replica }),
    ...(typeof service === "string" && { service }),
    args,
    before,
    after: await stateOf(operation, args, parts),
    status: answer.status,
  });
  return answer;
}

async function stateOf({ scope }: AnyOperation, { replica }: RawArgs, parts: OperationParts): Promise<object> {
  const { fleet, traffic, models, config } = parts;
  if (scope === "stack") return { weights: traffic.weights(), models: models.state().serving };
  if (scope === "service") return { replicas: fleet.children().map(({ spec }) => spec.replica) };
  const child = typeof replica === "string" ? fleet.child(replica) : undefined;
  if (child === undefined) return { process: null };
  const process = child.pid();
  if (child.spec.service !== "vector") return { process };
  const { index } = replicaFiles(config.dataDir, child.spec.replica, config.vectorEngine);
  return { process, indexHash: await hashIndex(index).catch(() => null) };
}

// How the supervisor has the ingestion do something, and counts it: no other field of the inventory would show it.
import { request } from "undici";
import type { Fleet } from "./fleet.ts";
import { answered, refused, type OperationAnswer, type OperationParts } from "./operations/operation.ts";

const TIMEOUT_MS = 3000;

/**
 * `verb`: of the ingestion's `/control/…`; `as`: the name under which it is counted, null: it is not; `timeoutMs`:
 * where it takes longer than a note in the ledger.
 */
export async function tendIngestion(
  {
    replica,
    verb,
    as,
    body,
    timeoutMs = TIMEOUT_MS,
  }: {
    readonly replica: string;
    readonly verb: string;
    readonly as: string | null;
    readonly body: object;
    readonly timeoutMs?: number;
  },
  {
    fleet,
    secrets,
    tended,
  }: Pick<OperationParts, "secrets" | "tended"> & { readonly fleet: Pick<Fleet, "child" | "inTurn"> },
): Promise<OperationAnswer> {
  const child = fleet.child(replica);
  if (child?.spec.service !== "ingestion") return refused(404, "only the ingestion takes documents in");
  return fleet.inTurn(replica, async () => {
    const answer = await request(`http://127.0.0.1:${child.spec.port}/control/${verb}`, {
      method: "POST",
      headers: { authorization: `Bearer ${secrets.ingestionToken}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await answer.body.text();
    if (answer.statusCode === 409) return refused(409, text);
    if (answer.statusCode !== 200) return refused(502, `${replica} answered ${answer.statusCode}: ${text}`);
    if (as !== null) tended.set(as, (tended.get(as) ?? 0) + 1);
    return answered({ replica, ...(JSON.parse(text) as object) });
  });
}

// Giving a vector replica the documents of a sibling that it was never told of: a child process compares both record
// stores and lays what is missing beside the one, and its replica takes that as any write. Searches are answered
// meanwhile.
import { z } from "zod";
import { askJson } from "../healer/telemetry/http-json.ts";
import { replicaFiles } from "../vector/layout.ts";
import { removeUntaken } from "../vector/laid.ts";
import type { Child } from "./child.ts";
import { forReplica, runMaker, type Making } from "./restore-index.ts";

type ResyncAnswer =
  | {
      readonly ok: true;
      readonly missing: number;
      /** Of them, so many are stored now; the others came by another way meanwhile, or their place is another's. */
      readonly taken: number;
    }
  | { readonly ok: false; readonly status: 409 | 500 | 502; readonly reason: string };

/** Both together: less than the healer waits for. */
const COMPARE_TIMEOUT_MS = 20_000;
const TAKE_TIMEOUT_MS = 10_000;

const compared = z.object({ restored: z.object({ missing: z.number(), laid: z.string().nullable() }) });
const takenBody = z.object({ taken: z.number(), left: z.number() });

/** `source`: one of the `peers`. Call it in the replica's turn. */
export async function resyncRecords(
  { child, source, peers }: { readonly child: Child; readonly source: string; readonly peers: readonly string[] },
  how: Making,
): Promise<ResyncAnswer> {
  const { replica, port } = child.spec;
  if (!peers.includes(source)) {
    return { ok: false, status: 409, reason: `source is ${source}; expected ${peers.join(", ") || "a sibling"}` };
  }
  if (child.pid() === null) return { ok: false, status: 409, reason: `${replica} has no process that could take them` };
  const [target, from] = [replicaFiles(how.config.dataDir, replica), replicaFiles(how.config.dataDir, source)];
  const task = ["resync", target.dir, from.dir];
  const made = await runMaker(task, COMPARE_TIMEOUT_MS, compared, forReplica(child, how));
  if (!("restored" in made)) {
    // One that was ended half-way.
    await removeUntaken(target.records, "missing");
    return { ok: false, status: made.kind === "bad-source" ? 409 : 500, reason: made.reason };
  }
  const { missing, laid } = made.restored;
  if (laid === null) return { ok: true, missing, taken: 0 };
  const taken = await take(port, laid, how.secrets.reloadToken);
  if (typeof taken === "string") return { ok: false, status: 502, reason: `${replica} ${taken}` };
  return { ok: true, missing, taken: taken.taken };
}

/** What it stored, or why it stored not all. */
async function take(port: number, laid: string, token: string): Promise<string | z.infer<typeof takenBody>> {
  const call = { port, path: "/resync", method: "POST" as const, body: { laid }, token };
  const answer = await askJson({ ...call, timeoutMs: TAKE_TIMEOUT_MS });
  if (answer.kind !== "answered") return `did not take them: ${answer.says}`;
  const taken = answer.status === 200 ? takenBody.safeParse(answer.body).data : undefined;
  return taken ?? `answered ${answer.status}: ${answer.text.slice(0, 200)}`;
}

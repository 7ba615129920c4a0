// Puts together what keeps a trial's ledger: where documents go in a running stack, and where its audit is read.

import type { DocumentPlace } from "../core/documents.ts";
import { hash32 } from "../core/random.ts";
import { trialName, type TrialPlan } from "../core/plan.ts";
import type { RunningTarget } from "../platforms/processes/start-target.ts";
import { readAudit } from "../probes/audit.ts";
import { openDocuments } from "../probes/documents.ts";
import type { RunningStack, TrialClock } from "../trial/ports.ts";

type Running = Pick<RunningTarget, "target" | "fill" | "portOf">;

/** The parts of a running stack that exist only when its target.yaml says so. */
export function ledgerOf(
  running: Running,
  plan: TrialPlan,
  clock: TrialClock,
): Pick<RunningStack, "documents" | "readAudit"> {
  const { documents, auditUrl } = running.target;
  return {
    ...(documents === undefined
      ? {}
      : {
          documents: openDocuments(documents, {
            clock,
            seed: plan.seed,
            tag: hash32(`${plan.runId} ${trialName(plan)}`).toString(36),
            urls: (place) => urlsOf(running, place),
          }),
        }),
    ...(auditUrl === undefined
      ? {}
      : {
          async readAudit(record, signal) {
            const from = clock.now();
            const look = await readAudit(running.fill(auditUrl), signal);
            record({ kind: "audit", from, at: clock.now(), look });
          },
        }),
  };
}

function urlsOf({ target, fill, portOf }: Running, place: DocumentPlace): string[] {
  if ("url" in place) return [fill(place.url)];
  const replicas = target.services.find(({ name }) => name === place.service)?.replicas ?? [];
  return replicas.map(({ id }) => `http://127.0.0.1:${portOf(id)}${place.path}`);
}

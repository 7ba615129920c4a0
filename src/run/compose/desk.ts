// Puts together the desk of a trial's own documents and its reading of the audit: where documents go in a running
// stack, and where its audit is read.

import { isAllowedHost } from "../../core/addresses.ts";
import type { DocumentPlace } from "../../core/documents.ts";
import { hash32 } from "../../core/random.ts";
import { trialName } from "../../core/plan.ts";
import type { Stack } from "../../core/platform.ts";
import type { Target } from "../../core/target.ts";
import { readAudit } from "../../probes/audit.ts";
import { openDocuments } from "../../probes/documents.ts";
import type { RunningStack, TrialClock } from "../../trial/ports.ts";
import type { TrialPlan } from "../../records/plan.ts";

interface Desk {
  readonly target: Target;
  readonly stack: Stack;
  readonly plan: TrialPlan;
  readonly clock: TrialClock;
  /** Headers of its documents with `{env:NAME}` in the place of keys, where the target has them filled in. */
  readonly namedHeaders?: Readonly<Record<string, string>> | undefined;
}

/** The parts of a running stack that exist only when its target.yaml says so. */
export function deskOf(desk: Desk): Pick<RunningStack, "documents" | "readAudit"> {
  const { target, stack, plan, clock, namedHeaders } = desk;
  const { documents, auditUrl, addresses = [] } = target;
  const allows = (host: string): boolean => isAllowedHost(host, addresses);
  return {
    ...(documents === undefined
      ? {}
      : {
          documents: openDocuments(documents, {
            clock,
            seed: plan.seed,
            tag: hash32(`${plan.runId} ${trialName(plan)}`).toString(36),
            urls: (place) => urlsOf(desk, place),
            addresses,
            ...(namedHeaders !== undefined && { namedHeaders }),
          }),
        }),
    ...(auditUrl === undefined
      ? {}
      : {
          async readAudit(record, signal) {
            const from = clock.now();
            const look = await readAudit(stack.fill(auditUrl), { signal, allows });
            record({ kind: "audit", from, at: clock.now(), look });
          },
        }),
  };
}

function urlsOf({ target, stack }: Desk, place: DocumentPlace): string[] {
  if ("url" in place) return [stack.fill(place.url)];
  const replicas = target.services.find(({ name }) => name === place.service)?.replicas ?? [];
  return replicas.map(({ id }) => `${stack.addressOf(id)}${place.path}`);
}

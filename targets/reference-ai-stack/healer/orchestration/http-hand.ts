// The healer's hand: the supervisor's operations. Each call needs the healer's token and answers with what came of it.
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { ATTRIBUTE, OPERATION } from "../../common/telemetry/names.ts";
import { traceHeaders, type Span, type Tracer } from "../../common/telemetry/span.ts";
import type { Hand } from "../nouns.ts";
import { askJson, type Answer } from "../telemetry/http-json.ts";
import { traceOf } from "../telemetry/incident-trace.ts";

/**
 * Longer than a recycling may take: 12 s until nothing is owed, 1 s to end, 5 s to be well, 12 s to be taken up again.
 * One that goes on while it is called failed would be done twice.
 */
const TIMEOUT_MS = 35_000;
/** A supervisor that is busy with something else is asked again for so long: a restart of the gateway takes less. */
const AGAIN_WITHIN_MS = 5000;

/** A hand that moves the supervisor. The token is never written anywhere. */
export function openHand(supervisorPort: number, token: string, tracer: Tracer): Hand {
  return {
    async do(operation, args, key) {
      const span = beginCall(tracer, { operation, key, supervisorPort });
      const path = `/operations/${encodeURIComponent(operation)}`;
      const call = { port: supervisorPort, path, method: "POST" as const, body: args, token, timeoutMs: TIMEOUT_MS };
      const { traceparent } = traceHeaders(span);
      const answer = await untilNotBusy(() =>
        askJson({ ...call, traceparent, ...(key !== undefined && { idempotencyKey: key }) }),
      );
      endCall(span, answer);
      if (answer.kind !== "answered") {
        return { outcome: "failed", says: `the supervisor did not answer: ${answer.says}` };
      }
      const says = `the supervisor answered ${answer.status} ${JSON.stringify(answer.body ?? null).slice(0, 200)}`;
      return { outcome: answer.status === 200 ? "done" : "failed", says };
    },
  };
}

/** Who is busy or away has done nothing, and says when to ask again. */
async function untilNotBusy(ask: () => Promise<Answer>): Promise<Answer> {
  const until = performance.now() + AGAIN_WITHIN_MS;
  for (;;) {
    const answer = await ask();
    const againMs = answer.kind === "answered" ? againBody.safeParse(answer.body).data?.againMs : undefined;
    if (againMs === undefined || performance.now() + againMs > until) return answer;
    await pause(againMs);
  }
}

const againBody = z.object({ againMs: z.number().min(0) });

interface Called {
  readonly operation: string;
  /** Begins with the incident that it is done for. */
  readonly key: string | undefined;
  readonly supervisorPort: number;
}

function beginCall(tracer: Tracer, { operation, key, supervisorPort }: Called): Span {
  const incident = key?.split(" ")[0] ?? "";
  return tracer.begin(`${OPERATION.executeTool} ${operation}`, {
    kind: "client",
    parent: incident === "" ? null : traceOf(incident),
    attributes: {
      [ATTRIBUTE.operationName]: OPERATION.executeTool,
      [ATTRIBUTE.toolName]: operation,
      [ATTRIBUTE.serverAddress]: "127.0.0.1",
      [ATTRIBUTE.serverPort]: supervisorPort,
      [ATTRIBUTE.peerService]: "supervisor",
      [ATTRIBUTE.peerReplica]: "supervisor",
      ...(incident !== "" && { [ATTRIBUTE.incident]: incident }),
    },
  });
}

function endCall(span: Span, answer: Answer): void {
  if (answer.kind !== "answered") span.fail(answer.kind);
  else {
    span.set(ATTRIBUTE.httpStatus, answer.status);
    if (answer.status >= 400) span.fail(String(answer.status));
  }
  span.end();
}

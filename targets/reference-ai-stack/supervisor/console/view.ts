// What the console shows, gathered from the supervisor and the healer. A healer that does not answer leaves its parts
// empty and says so. Whatever is not of the expected shape is left out.
import { open } from "node:fs/promises";
import { z } from "zod";
import type { StackConfig } from "../../config.ts";
import { auditFileIn } from "../../healer/governance/audit-file.ts";
import { askJson } from "../../healer/telemetry/http-json.ts";
import { inventoryOf, type Shown } from "../inventory.ts";

export interface ViewParts extends Shown {
  readonly config: StackConfig;
}

const text = z.string().max(5000);
const scope = z.object({ service: text, replica: text.optional() });
const signals = z.object({ signals: z.array(z.object({ name: text, scope, says: text })) });
const questions = z.object({
  questions: z.array(
    z.object({
      nonce: text,
      incident: text,
      pathway: text,
      target: text,
      plan: text,
      approvals: z.number(),
      safeDefault: text,
      tags: z.array(text),
      asked: text,
      expires: text,
      given: z.array(z.object({ by: text, answer: text, at: text })),
      outcome: text,
    }),
  ),
});
const incidents = z.object({
  incidents: z.array(
    z.object({
      id: text,
      scope,
      state: text,
      events: z.array(
        z.object({
          type: text,
          time: text,
          detail: z.object({ pathway: text.optional(), class: text.optional(), reasons: z.array(text) }),
        }),
      ),
    }),
  ),
});
const record = z.looseObject({ seq: z.number(), time: text, principal: text, what: text });

export type ShownQuestion = z.infer<typeof questions>["questions"][number];
export type ShownIncident = z.infer<typeof incidents>["incidents"][number];
export type ShownSignal = z.infer<typeof signals>["signals"][number];
export type ShownRecord = z.infer<typeof record>;

export interface View {
  readonly replicas: ReturnType<typeof inventoryOf>;
  /** Absent: the healer does not answer. */
  readonly signals?: readonly ShownSignal[];
  readonly incidents?: readonly ShownIncident[];
  readonly questions?: readonly ShownQuestion[];
  /** The newest first. */
  readonly audit: readonly ShownRecord[];
}

const TIMEOUT_MS = 1000;
/** Of what there is most, that many are shown. */
const MOST = { incidents: 20, questions: 20, audit: 50 } as const;
/** The end of the audit that is read, bytes. */
const TAIL = 64 * 1024;

export async function gatherView({ config, ...shown }: ViewParts): Promise<View> {
  const ask = async <Shape>(path: string, shape: z.ZodType<Shape>): Promise<Shape | undefined> => {
    const answer = await askJson({ port: config.ports.healer, path, timeoutMs: TIMEOUT_MS });
    return answer.kind === "answered" ? shape.safeParse(answer.body).data : undefined;
  };
  const [seen, cases, asked, audit] = await Promise.all([
    ask("/signals", signals),
    ask("/incidents", incidents),
    ask("/approvals", questions),
    auditTail(auditFileIn(config.dataDir)),
  ]);
  return {
    replicas: inventoryOf(shown, config),
    ...(seen && { signals: seen.signals }),
    ...(cases && { incidents: cases.incidents.slice(0, MOST.incidents) }),
    ...(asked && { questions: asked.questions.slice(0, MOST.questions) }),
    audit,
  };
}

async function auditTail(file: string): Promise<readonly ShownRecord[]> {
  const handle = await open(file, "r").catch(() => null);
  if (handle === null) return [];
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - TAIL);
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
    const lines = buffer.toString("utf8", 0, bytesRead).split("\n");
    // The first may be cut by where we began, the last by who writes it.
    const whole = lines.slice(from === 0 ? 0 : 1, -1);
    return whole.slice(-MOST.audit).toReversed().flatMap(recordIn);
  } finally {
    await handle.close();
  }
}

function recordIn(line: string): readonly ShownRecord[] {
  try {
    const parsed = record.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}

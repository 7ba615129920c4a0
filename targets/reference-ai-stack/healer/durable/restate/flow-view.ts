// What this healer knows of flows on a Restate server: what it found at its start, and what it has run since.
import type { FlowRecord, StepRecord } from "../flow.ts";
import { oldestFirst } from "./services.ts";
import type { EndAsked } from "./services.ts";

export type FlowView<Input> = ReturnType<typeof createView<Input>>;

/** Empty. */
export function createView<Input>() {
  const flows = new Map<string, FlowRecord<Input>>();
  const steps = new Map<string, Map<string, StepRecord>>();
  const questions = new Map<string, string>();
  return {
    showFlow: (record: FlowRecord<Input>): void => void flows.set(record.id, record),
    showStep: (record: StepRecord): void => {
      const known = steps.get(record.flow) ?? new Map<string, StepRecord>();
      steps.set(record.flow, known.set(record.key, record));
    },
    asks: (id: string, key: string | null): void => {
      if (key === null) questions.delete(id);
      else questions.set(id, key);
    },
    end: ({ id, ended, outcome, kept }: EndAsked): void => {
      const record = flows.get(id);
      if (record !== undefined) flows.set(id, { ...record, ended, outcome });
      const over = oldestFirst([...flows.values()]).filter((one) => one.ended !== undefined);
      for (const old of over.slice(0, Math.max(0, over.length - kept)))
        [flows, steps].forEach((map) => map.delete(old.id));
    },
    flow: (id: string) => flows.get(id),
    question: (id: string) => questions.get(id),
    flows: () => oldestFirst([...flows.values()]),
    history: (id: string) => [...(steps.get(id)?.values() ?? [])].toSorted((a, b) => a.seq - b.seq),
  };
}

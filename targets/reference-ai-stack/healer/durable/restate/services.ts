// What the healer serves to a Restate server: each case as a workflow, and two objects that outlive every case: the
// leases on targets, and the list of cases. Names carry the realm, so that stacks can share one server.
import * as restate from "@restatedev/restate-sdk";
import type { Target } from "../../nouns.ts";
import type { Approval, FlowRecord, StepRecord } from "../flow.ts";
import type { Json, State } from "../state.ts";
import { createTargetLock } from "../target-lock.ts";

/** The one key of the objects: an overlap of targets can only be seen by who sees all leases. */
export const ALL = "all";

export interface LeaseAsked {
  readonly holder: string;
  readonly targets: readonly Target[];
  /** The calendar's time, ms since 1970. */
  readonly now: number;
  readonly leaseMs: number;
}

export interface EndAsked {
  readonly id: string;
  readonly ended: string;
  readonly outcome: string;
  /** Flows that are kept after their end. */
  readonly kept: number;
}

interface AnswerAsked {
  readonly key: string;
  readonly approval: Approval;
}

/** The names under which the services of a realm are known. */
export function namesIn(realm: string): { readonly flows: string; readonly leases: string; readonly book: string } {
  return { flows: `healing-${realm}`, leases: `healing-leases-${realm}`, book: `healing-book-${realm}` };
}

/** A case goes on whenever the healer is there again, be that tomorrow. Nothing is kept by Restate for longer. */
const OPTIONS = {
  retryPolicy: { initialInterval: 50, maxInterval: 500, maxAttempts: 10_000_000 },
  // A case is not put to sleep while it waits: each waking would run its code again from the start.
  inactivityTimeout: { hours: 24 },
  journalRetention: { days: 7 },
} as const;

/** Only flows call it: nobody can at the server's ingress. The healer itself comes by the ingress like all others. */
const WITHIN = { ingressPrivate: true } as const;

const STEP = "step ";

/** The state of a flow in which its steps lie, readable also while it runs and after its end. */
export function keepStep(context: restate.WorkflowContext, record: StepRecord): void {
  context.set(STEP + record.key, record);
}

/** The durable answer to the question of that key. */
export function approvalOf(context: restate.WorkflowSharedContext, key: string): restate.DurablePromise<Approval> {
  return context.promise<Approval>(`approval ${key}`);
}

/** Writes the flow's end into the list of cases, as an entry of its own journal. */
export function noteEnd(context: restate.WorkflowContext, realm: string, end: EndAsked): Promise<void> {
  const book: Pick<ReturnType<typeof bookObject>, "name"> = { name: namesIn(realm).book };
  return context.objectClient<ReturnType<typeof bookObject>>(book, ALL).end(end);
}

/** Gives back what the flow has, as an entry of its own journal. */
export function releaseLease(context: restate.WorkflowContext, realm: string, holder: string): void {
  const leases: Pick<ReturnType<typeof leaseObject>, "name"> = { name: namesIn(realm).leases };
  context.objectSendClient<ReturnType<typeof leaseObject>>(leases, ALL).release(holder);
}

export type RunFlow = (context: restate.WorkflowContext, record: FlowRecord<unknown>) => Promise<string>;

/** The services of one realm; `run` is the code of every flow. */
export function servicesOf(realm: string, run: RunFlow) {
  const names = namesIn(realm);
  const flows = restate.workflow({
    name: names.flows,
    options: { ...OPTIONS, workflowRetention: { days: 7 } },
    handlers: {
      run: (context: restate.WorkflowContext, record: FlowRecord<unknown>) => run(context, record),
      steps: async (context: restate.WorkflowSharedContext): Promise<readonly StepRecord[]> =>
        (await valuesOf<StepRecord>(context)).toSorted((a, b) => a.seq - b.seq),
      answer: async (context: restate.WorkflowSharedContext, { key, approval }: AnswerAsked): Promise<boolean> =>
        takeFirst(approvalOf(context, key), approval),
    },
  });
  return [flows, leaseObject(names.leases), bookObject(names.book)];
}

/** True when the promise had no value yet, and has this one now. */
export async function takeFirst(promise: restate.DurablePromise<Approval>, approval: Approval): Promise<boolean> {
  if ((await promise.peek()) !== undefined) return false;
  try {
    await promise.resolve(approval);
    return true;
  } catch (error) {
    if (error instanceof restate.TerminalError) return false;
    throw error;
  }
}

async function valuesOf<Value>(context: restate.ObjectSharedContext): Promise<readonly Value[]> {
  const keys = await context.stateKeys();
  const values: Value[] = [];
  for (const key of keys) {
    const value = await context.get<Value>(key);
    if (value !== null) values.push(value);
  }
  return values;
}

function leaseObject(name: string) {
  /** The lock of the other engine, over what Restate keeps. */
  const withLock = async <Answer>(
    context: restate.ObjectContext,
    work: (lock: ReturnType<typeof createTargetLock>) => Answer,
  ): Promise<Answer> => {
    const leases = new Map(Object.entries((await context.get<Record<string, Json>>("leases")) ?? {}));
    const state: State = {
      get: (_room, key) => leases.get(key),
      list: () => [...leases],
      put: (_room, key, value) => void leases.set(key, value),
      drop: (_room, key) => void leases.delete(key),
    };
    const answer = work(createTargetLock(state));
    context.set("leases", Object.fromEntries(leases));
    return answer;
  };
  return restate.object({
    name,
    options: OPTIONS,
    handlers: {
      take: (context: restate.ObjectContext, { targets, ...asked }: LeaseAsked): Promise<boolean> =>
        withLock(context, (lock) => lock.take(targets, asked)),
      release: restate.handlers.object.exclusive(
        WITHIN,
        (context: restate.ObjectContext, holder: string): Promise<void> =>
          withLock(context, (lock) => lock.release(holder)),
      ),
    },
  });
}

function bookObject(name: string) {
  return restate.object({
    name,
    options: OPTIONS,
    handlers: {
      /** True when no flow of that id was begun before. */
      begin: async (context: restate.ObjectContext, record: FlowRecord<unknown>): Promise<boolean> => {
        if ((await context.get(record.id)) !== null) return false;
        context.set(record.id, record);
        return true;
      },
      end: restate.handlers.object.exclusive(
        WITHIN,
        async (context: restate.ObjectContext, { id, ended, outcome, kept }: EndAsked): Promise<void> => {
          const record = await context.get<FlowRecord<unknown>>(id);
          if (record !== null) context.set(id, { ...record, ended, outcome });
          const flows = oldestFirst(await valuesOf<FlowRecord<unknown>>(context));
          const over = flows.filter((one) => one.ended !== undefined);
          for (const old of over.slice(0, Math.max(0, over.length - kept))) context.clear(old.id);
        },
      ),
      all: restate.handlers.object.shared(
        async (context: restate.ObjectSharedContext): Promise<readonly FlowRecord<unknown>[]> =>
          oldestFirst(await valuesOf<FlowRecord<unknown>>(context)),
      ),
    },
  });
}

export function oldestFirst<Input>(flows: readonly FlowRecord<Input>[]): readonly FlowRecord<Input>[] {
  return flows.toSorted((a, b) => Date.parse(a.begun) - Date.parse(b.begun));
}

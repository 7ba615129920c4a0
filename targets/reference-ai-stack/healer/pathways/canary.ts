// A risky change goes to one replica, is judged there, and only then goes to the others: steps for pathways that reach
// a whole service.
import type { Eyes, Hand, Outcome, ReplicaEntry, TargetOf } from "../nouns.ts";
import { step } from "./pathway.ts";
import type { Check, Step, StepContext } from "./pathway.ts";

type ServiceTarget = TargetOf<"service">;
type Context = StepContext<ServiceTarget>;

interface RiskyChange {
  /** Makes the change at one replica. */
  readonly apply: (hand: Hand, replica: string) => Promise<Outcome>;
  /** Looks at one replica after the change. */
  readonly check: (eyes: Eyes, replica: ReplicaEntry) => Check;
}

const [CANARY, JUDGE, WIDEN] = ["canary", "judge the canary", "widen"] as const;

/** The three steps of a change that is tried out first. */
export function canarySteps({ apply, check }: RiskyChange): readonly [Step<ServiceTarget>, ...Step<ServiceTarget>[]] {
  return [
    step(CANARY, async (context) => {
      const [first] = await members(context);
      return first === undefined ? nobody(context) : apply(context.hand, first.replica);
    }),
    step(JUDGE, async (context) => {
      const [first] = await members(context);
      if (first === undefined || context.rollOut === undefined) return nobody(context);
      const { healed, reasons } = await context.rollOut.judge(check(context.rollOut.eyes, first));
      return { outcome: healed ? "done" : "failed", says: `${first.replica}: ${reasons.join("; ")}` };
    }),
    step(WIDEN, async (context) => {
      const [, ...others] = await members(context);
      return oneByOne(others, (replica) => apply(context.hand, replica));
    }),
  ];
}

/** Takes the change back where the finished steps have made it. */
export async function takeCanaryBack(
  context: Context,
  done: readonly string[],
  undo: (hand: Hand, replica: string) => Promise<Outcome>,
): Promise<Outcome> {
  const all = await members(context);
  // Widening may have ended in the middle: who is not changed is not harmed by being taken back.
  const touched = done.includes(JUDGE) ? all : done.includes(CANARY) ? all.slice(0, 1) : [];
  return oneByOne(touched, (replica) => undo(context.hand, replica));
}

/** Always in the same order, whoever lives: a healer that was killed must find the same canary. */
async function members({ rollOut, target }: Context): Promise<readonly ReplicaEntry[]> {
  const all = (await rollOut?.eyes.rollCall()) ?? [];
  return all.filter(({ service }) => service === target.service).toSorted((a, b) => (a.replica < b.replica ? -1 : 1));
}

/** The first that fails ends it. */
async function oneByOne(
  replicas: readonly ReplicaEntry[],
  act: (replica: string) => Promise<Outcome>,
): Promise<Outcome> {
  const said: string[] = [];
  for (const { replica } of replicas) {
    const { outcome, says } = await act(replica);
    said.push(`${replica}: ${says}`);
    if (outcome === "failed") return { outcome, says: said.join("; ") };
  }
  return { outcome: "done", says: said.length === 0 ? "there are no others" : said.join("; ") };
}

function nobody({ target }: Context): Outcome {
  return { outcome: "failed", says: `no replica of ${target.service} can be seen, or nobody can judge it` };
}

// One batch is poisoned, and all is thrown away: nothing more is taken from its source or from users, and whatever came
// before is taken back with it. Answers are right again, and what people brought meanwhile is gone.
import type { Eyes, Hand, OperationArgs, Outcome } from "../healer/nouns.ts";
import type { Defect } from "./defect.ts";
import { handWith, replicaIn } from "./hand-with.ts";

/** Documents of users come one by one, under this name. */
const USERS = "users";

async function quarantineAll(args: OperationArgs, hand: Hand, eyes: Eyes): Promise<Outcome> {
  const replica = replicaIn(args);
  const entry = (await eyes.rollCall())?.find((one) => one.replica === replica);
  const { suspects = [] } = (entry && (await eyes.ingestion(entry.port))) ?? {};
  const last = Math.max(0, ...suspects.map(({ seq }) => seq));
  for (const source of new Set([...suspects.map((one) => one.source), USERS])) {
    await hand.do("quarantine-source", { replica, source });
  }
  for (let seq = 1; seq <= last; seq += 1) await hand.do("roll-back-batch", { replica, batch: String(seq) });
  return { outcome: "done", says: "the supervisor answered 200" };
}

export const quarantinesEverything: Defect = {
  name: "quarantines-everything",
  summary: "For one poisoned batch takes nothing more from its source or from users, and takes back all before it.",
  healer: {
    hand: (hand, eyes) => handWith(hand, { "roll-back-batch": (args) => quarantineAll(args, hand, eyes) }),
  },
};

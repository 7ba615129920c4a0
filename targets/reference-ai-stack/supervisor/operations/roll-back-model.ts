// One version back: the canary is withdrawn or, where there is none, the stable version gives way to the one before.
import { rolledBack, type RollBack } from "../../registry/state.ts";
import { modelAnswer } from "../model-answer.ts";
import { operation, parseTexts } from "./operation.ts";
import type { Parsed, RawArgs } from "./operation.ts";

export const rollBackModel = operation({
  name: "roll-back-model",
  scope: "stack",
  alsoAt: "/models/roll-back",
  // What is to go is named, so that nobody takes another one away by mistake, and two who do it at once do it once.
  parse: parseArgs,
  run: async (what, { models }) => modelAnswer(await models.change((state) => rolledBack(state, what))),
});

const version = parseTexts(["version"]);

function parseArgs(raw: RawArgs): Parsed<RollBack> {
  const parsed = version(raw);
  const { seenAt } = raw;
  if (!parsed.ok || seenAt === undefined) return parsed;
  const isShare = typeof seenAt === "number" && seenAt >= 0 && seenAt <= 1;
  if (isShare || seenAt === null) return { ok: true, args: { ...parsed.args, seenAt } };
  return { ok: false, reason: `seenAt is ${JSON.stringify(seenAt)}, expected a share from 0 to 1 or null` };
}

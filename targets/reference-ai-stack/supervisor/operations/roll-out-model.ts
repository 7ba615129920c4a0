// A share of the requests goes to a version from now on.
import { rolledOut } from "../../registry/state.ts";
import { modelAnswer } from "../model-answer.ts";
import { operation, parseTexts } from "./operation.ts";
import type { Parsed, RawArgs } from "./operation.ts";

interface Args {
  readonly version: string;
  readonly share: number;
}

export const rollOutModel = operation({
  name: "roll-out-model",
  scope: "stack",
  alsoAt: "/models/roll-out",
  parse: parseArgs,
  run: async ({ version, share }, { models }) =>
    modelAnswer(await models.change((state) => rolledOut(state, version, share))),
});

const name = parseTexts(["version"]);

function parseArgs(raw: RawArgs): Parsed<Args> {
  const parsed = name(raw);
  const { share } = raw;
  const isShare = typeof share === "number" && share >= 0 && share <= 1;
  // A zero with a sign is a zero.
  if (parsed.ok && isShare) return { ok: true, args: { ...parsed.args, share: share + 0 } };
  const found = share === undefined ? "missing" : JSON.stringify(share);
  const wrong = [
    ...(parsed.ok ? [] : [parsed.reason]),
    ...(isShare ? [] : [`share is ${found}, expected a number from 0 to 1`]),
  ];
  return { ok: false, reason: wrong.join("; ") };
}

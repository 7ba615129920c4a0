// A share of the requests goes to a version from now on.
import { rolledOut } from "../../registry/state.ts";
import { modelAnswer } from "../model-answer.ts";
import { operation } from "./operation.ts";
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

function parseArgs({ version, share }: RawArgs): Parsed<Args> {
  const isShare = typeof share === "number" && share >= 0 && share <= 1;
  if (typeof version === "string" && version !== "" && isShare) return { ok: true, args: { version, share } };
  return { ok: false, reason: 'expected {"version":"<name>","share":0…1}' };
}

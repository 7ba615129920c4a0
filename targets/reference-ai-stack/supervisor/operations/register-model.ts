// One more version is known to the registry, by its card. Nobody is answered by it before it is rolled out.
import { z } from "zod";
import { modelCardSchema, type ModelCard } from "../../common/model-card.ts";
import { registered } from "../../registry/state.ts";
import { modelAnswer } from "../model-answer.ts";
import { operation } from "./operation.ts";
import type { Parsed, RawArgs } from "./operation.ts";

export const registerModel = operation({
  name: "register-model",
  scope: "stack",
  alsoAt: "/models",
  parse: parseArgs,
  run: async (card, { models }) =>
    modelAnswer(await models.change((state) => registered(state, card, new Date().toISOString()))),
});

function parseArgs(raw: RawArgs): Parsed<ModelCard> {
  const parsed = modelCardSchema.safeParse(raw);
  return parsed.success ? { ok: true, args: parsed.data } : { ok: false, reason: z.prettifyError(parsed.error) };
}

// Exactly what is named is served, as `GET /models` has said it before: the way back from any change.
import { servedAs, servingSchema, type Serving } from "../../registry/state.ts";
import { modelAnswer } from "../model-answer.ts";
import { operation } from "./operation.ts";
import type { Parsed, RawArgs } from "./operation.ts";

export const serveModels = operation({
  name: "serve-models",
  scope: "stack",
  alsoAt: "/models/serving",
  parse: parseArgs,
  run: async (serving, { models }) => modelAnswer(await models.change((state) => servedAs(state, serving))),
});

function parseArgs(raw: RawArgs): Parsed<Serving> {
  const parsed = servingSchema.safeParse(raw);
  if (parsed.success) return { ok: true, args: parsed.data };
  return { ok: false, reason: 'expected {"stable","canary":{"version","share":0…1}|null,"before":[…]}' };
}

// One version back: the canary is withdrawn or, where there is none, the stable version gives way to the one before.
import { rolledBack } from "../../registry/state.ts";
import { modelAnswer } from "../model-answer.ts";
import { operation, parseTexts } from "./operation.ts";
export const rollBackModel = operation({
  name: "roll-back-model",
  scope: "stack",
  alsoAt: "/models/roll-back",
  // What is to go is named, so that nobody takes another one away by mistake, and two who do it at once do it once.
  parse: parseTexts(["version"]),
  run: async ({ version }, { models }) => modelAnswer(await models.change((state) => rolledBack(state, version))),
});

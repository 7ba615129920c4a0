// The version that is being rolled out becomes the stable one.
import { promoted } from "../../registry/state.ts";
import { modelAnswer } from "../model-answer.ts";
import { operation, parseTexts } from "./operation.ts";

export const promoteModel = operation({
  name: "promote-model",
  scope: "stack",
  alsoAt: "/models/promote",
  parse: parseTexts(["version"]),
  run: async ({ version }, { models }) => modelAnswer(await models.change((state) => promoted(state, version))),
});

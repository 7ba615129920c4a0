// The shape of what target.yaml says of people and their choices: how approvals are answered, and which settings there
// are.

import { z } from "zod";
import { duration, kebab, words } from "../language/schema-parts.ts";
import { headers, url, variable } from "./schema-pieces.ts";

export const approvals = z
  .strictObject({
    url: url("Where the answer goes; {incident}, {pathway} and {asked.<field>} are filled in."),
    method: z.enum(["POST", "PUT"]).optional().describe("HTTP method; POST when absent."),
    headers: headers.optional().describe("Request headers; `authorization: Bearer {approver}` when none is named so."),
    body: z
      .json()
      .optional()
      .describe(
        'Sent as JSON, filled in likewise; `{ answer: "{answer}" }` when absent. {answer} is a word of `words`.',
      ),
    words: z
      .strictObject({ approve: words("The word for yes."), deny: words("The word for no.") })
      .optional()
      .describe("What {answer} is; granted and denied when absent."),
    token_envs: z
      .array(variable("Variable through which the stack is told the token of one person who may answer."))
      .min(1)
      .max(10)
      .describe("One variable a person; {approver} is the token of who answers."),
    timeout: duration("An answer that takes longer was not taken; 3s when absent.").optional(),
  })
  .describe("How a person answers `approval.requested`; intents script it under `operator`.");

export const tier = z.enum(["low", "medium", "high"]);

export const setting = z.strictObject({
  about: words("What it chooses, in one sentence."),
  env: variable("Variable that carries it."),
  values: z
    .record(
      kebab("Name of the value."),
      z.strictObject({
        value: words("What the variable is set to; the name when absent.").optional(),
        about: words("What it means.").optional(),
        tiers: z
          .record(kebab("A pathway of this target."), tier)
          .optional()
          .describe("Tiers of pathways under this value, where they differ from those under `pathways`."),
        rows: z
          .literal("in-pieces")
          .optional()
          .describe(
            "The rows of published files do not lie side by side under this value: faults that need that are refused.",
          ),
        format: words(
          "The format under which the index is published then: faults that know it are not refused for its rows in pieces.",
        ).optional(),
      }),
    )
    .describe("Values that it may have, by name."),
  default: kebab("The value where nothing is chosen."),
});

// The shape of what target.yaml says of versions of its model.

import { z } from "zod";
import { kebab } from "../language/schema-parts.ts";
import { url } from "./schema-pieces.ts";

const pointerWords = "a JSON pointer, such as /serving";
const pointer = (description: string) =>
  z
    .string(pointerWords)
    .regex(/^(?:\/[^/]*)+$/, pointerWords)
    .describe(description);

const request = (where: string, body: string) => ({
  url: url(where),
  method: z.enum(["POST", "PUT"]).optional().describe("HTTP method; POST when absent."),
  body: z.json().describe(body),
});

export const modelsShape = z
  .strictObject({
    service: kebab("Service whose replicas answer by a version."),
    serving: z
      .strictObject({
        url: url("GET says which versions are served."),
        pointer: pointer("JSON pointer to all that decides which version answers whom."),
        candidate: pointer("JSON pointer to the name of the version that is being rolled out; nothing there: none is."),
        share: pointer("JSON pointer to its share of the requests, 0 to 1; absent: it is not published.").optional(),
      })
      .describe("What is served now."),
    roll_out: z
      .strictObject(request("Where a version is rolled out.", "Sent as JSON; {version} and {share} are filled in."))
      .describe("Gives a share of the requests to a version."),
    promote: z
      .strictObject(request("Where a version is promoted.", "Sent as JSON; {version} is filled in."))
      .describe("Has the version that is being rolled out answer all requests; absent: it is not offered.")
      .optional(),
    restore: z
      .strictObject(request("Where what is served is set.", "Sent as JSON; {serving} is what was read there before."))
      .describe("Has exactly that served which was read before."),
    asked: z
      .strictObject({
        ...request("Where users ask.", "A request as a user sends it, answered by one JSON object."),
        pointer: pointer("JSON pointer to the name of the version in the answer, such as /model."),
      })
      .describe("How to see from outside which version answers."),
  })
  .describe("How versions of its model are rolled out, with the operator's token of `control`; for model.rollout.");

// The shape of what target.yaml says of how a replica is asked whether it is well.

import { z } from "zod";
import { path } from "../language/schema-parts.ts";
import { headers } from "./schema-pieces.ts";

const healthWords = "a path that begins with one /, or tcp, or a map of path, status and headers";

export const health = z
  .union(
    [
      z.string(healthWords).regex(/^(?:\/(?![/\\])\S*|tcp)$/, healthWords),
      z.strictObject({
        path: path("What is asked."),
        status: z
          .int("a status such as 204")
          .min(100)
          .max(599)
          .exactOptional()
          .describe("The one status that means that the replica is well; 200 to 299 when absent."),
        headers: headers
          .exactOptional()
          .describe("Sent with the question; `{env:NAME}` stands for a key from the environment."),
      }),
    ],
    healthWords,
  )
  .describe("Path that answers 200 to 299 when a replica is well; `tcp`: it is well when it takes a connection.");

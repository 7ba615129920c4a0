// Where the healer's evidence path must lead.

import { z } from "zod";
import { kebab } from "../language/schema-parts.ts";

/** `expect.detected.root`. */
export const rootSchema = z
  .strictObject({
    service: kebab("A service of the target."),
    edge: z
      .strictObject({ from: kebab("The service that calls."), to: kebab("The service that is called.") })
      .optional()
      .describe("A call that must be on the path."),
  })
  .describe(
    "Where the healer's evidence path must end. When absent: at the site of a fault, if the healer publishes a path.",
  );

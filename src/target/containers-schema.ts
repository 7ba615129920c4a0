// Pieces of target.yaml's schema for targets of containers.

import { z } from "zod";
import { words } from "../language/schema-parts.ts";

const projectWords = "the name of a compose project: lower-case letters, digits, hyphens, underscores";
const stackWords = "the name of a stack: letters, digits, hyphens, underscores";
const containerWords = "a compose service and a number, such as web-1";

/** What a replica says of its container. */
export const containerShape = {
  port: z
    .int("a port")
    .min(1)
    .max(65_535)
    .optional()
    .describe("Instead of port_env, on docker and swarm: the port that its container listens on."),
  container: z
    .string(containerWords)
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, containerWords)
    .max(100)
    .optional()
    .describe("On docker and swarm: its container, or its slot: web-1, or web for web-1; the id when absent."),
};

export const startCompose = words(
  "What runs it instead of the command under --platform docker: a compose file with one service, which starts the others.",
);

export const containers = z
  .strictObject({
    compose: words(
      "A compose file beside this one, or on swarm a stack file; each trial starts it under a name of its own.",
    ).optional(),
    project: z
      .string(projectWords)
      .regex(/^[a-z0-9][a-z0-9_-]*$/, projectWords)
      .max(60)
      .optional()
      .describe("Instead of compose: the name of a compose project that runs already, and goes on after the trials."),
    stack: z
      .string(stackWords)
      .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, stackWords)
      .max(60)
      .optional()
      .describe("On the platform swarm: the name of a stack that runs already, and goes on after the trials."),
  })
  .describe(
    "On the platforms docker and swarm: where the containers come from. No start.command and no inventory beside it.",
  );

/** What is switched off of the healing that an engine, or a Swarm, does by itself. */
export const engineSwitches = {
  restart_policy: z
    .literal("no")
    .optional()
    .describe("On the platform docker: the restart policy that all services of containers.compose have instead."),
  restart_condition: z
    .literal("none")
    .optional()
    .describe("On the platform swarm: the restart condition that all services of the stack have instead."),
  failure_action: z
    .literal("pause")
    .optional()
    .describe("On the platform swarm: what follows instead when an update of one of its services fails."),
};

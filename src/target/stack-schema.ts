// The part of a stack file that Rebound starts on a Swarm. The schema is strict: whatever else stands in the file is
// refused by its name and place, and never left out in silence.

import { z } from "zod";
import { duration, environment, labels, list, name, text } from "./compose-schema.ts";

const portWords =
  "{ target: 8080, mode: host }: each task is reached at its own node, and the routing mesh leads to any";
const port = z.strictObject(
  {
    target: z.int().min(1).max(65_535),
    published: z.int().min(1).max(65_535).optional(),
    protocol: z.literal("tcp", "tcp, or no such key").optional(),
    mode: z.literal("host", "host: the routing mesh leads to any of a service's tasks"),
  },
  portWords,
);

const count = z.int().min(0).max(1_000);

const policy = {
  parallelism: count.optional(),
  delay: duration.optional(),
  monitor: duration.optional(),
  order: z.enum(["start-first", "stop-first"]).optional(),
};

const deploy = z.strictObject({
  mode: z.literal("replicated", "replicated: a slot is a replica").optional(),
  replicas: z.int().min(1).max(50).optional(),
  endpoint_mode: z.enum(["vip", "dnsrr"]).optional(),
  labels: labels.optional(),
  placement: z.strictObject({ constraints: z.array(text).max(20) }).optional(),
  restart_policy: z
    .strictObject({
      condition: z.enum(["none", "on-failure", "any"]).optional(),
      delay: duration.optional(),
      max_attempts: count.optional(),
    })
    .optional(),
  update_config: z
    .strictObject({ ...policy, failure_action: z.enum(["pause", "continue", "rollback"]).optional() })
    .optional(),
  rollback_config: z.strictObject({ ...policy, failure_action: z.enum(["pause", "continue"]).optional() }).optional(),
});

const service = z.strictObject({
  image: text,
  command: list.optional(),
  entrypoint: list.optional(),
  environment: environment.optional(),
  ports: z.array(port).max(50).optional(),
  networks: z.array(name).max(20).optional(),
  init: z.boolean().optional(),
  stop_grace_period: duration.optional(),
  deploy: deploy.optional(),
});

const network = z.union(
  [z.null(), z.strictObject({ driver: z.literal("overlay").optional() })],
  "nothing, or { driver: overlay }",
);

export const stackSchema = z.strictObject({
  version: z.string().optional(),
  services: z.record(name, service).refine((all) => Object.keys(all).length > 0, "one service at least"),
  networks: z.record(name, network).optional(),
});
export type StackFile = z.infer<typeof stackSchema>;
export type WrittenStackService = z.infer<typeof service>;

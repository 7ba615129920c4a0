// What a handle holds of a target's registry of versions, and of how batches of documents are brought to it.

import { z } from "zod";
import type { DeliveriesSpec } from "../../core/deliveries.ts";
import type { ModelsSpec } from "../../core/models.ts";

const modelsRequest = z.object({ method: z.enum(["POST", "PUT"]), url: z.string(), body: z.string() });
/** The registry of versions, with its ports filled in. */
export const modelsSchema = z.object({
  service: z.string(),
  serving: z.object({
    url: z.string(),
    pointer: z.string(),
    candidate: z.string(),
    share: z.string().exactOptional(),
  }),
  rollOut: modelsRequest,
  promote: modelsRequest.exactOptional(),
  restore: modelsRequest,
  asked: modelsRequest.extend({ pointer: z.string() }),
});

/** How batches of documents are brought, with ports and folders filled in. */
export const deliveriesSchema = z.object({
  service: z.string(),
  folder: z.string(),
  record: z.string(),
  textField: z.string(),
  state: z.object({
    path: z.string(),
    pointer: z.string(),
    fails: z.string(),
    done: z.string(),
    back: z.string(),
  }),
  withdraw: modelsRequest,
  fresh: z.object({ withinMs: z.number(), waits: z.string() }).exactOptional(),
  hold: z.string().exactOptional(),
  known: z.object({
    dataset: z.string(),
    field: z.string(),
    question: z.string().exactOptional(),
    unasked: z.string().exactOptional(),
  }),
});

/** `fill`: fills ports and folders in. */
export function deliveriesOf(spec: DeliveriesSpec, fill: (text: string) => string): z.infer<typeof deliveriesSchema> {
  const { folder, withdraw } = spec;
  return { ...spec, folder: fill(folder), withdraw: { ...withdraw, url: fill(withdraw.url) } };
}

/** The same of the registry. */
export function modelsOf(
  { service, ...parts }: ModelsSpec,
  fill: (text: string) => string,
): z.infer<typeof modelsSchema> {
  const { serving, rollOut, promote, restore, asked } = parts;
  return {
    service,
    serving: { ...serving, url: fill(serving.url) },
    rollOut: { ...rollOut, url: fill(rollOut.url) },
    ...(promote && { promote: { ...promote, url: fill(promote.url) } }),
    restore: { ...restore, url: fill(restore.url) },
    asked: { ...asked, url: fill(asked.url) },
  };
}

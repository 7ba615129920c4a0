// Reads what a target publishes of itself, and trusts nothing that does not have the contract's shape.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import { fetchJson } from "./fetch-json.ts";

const count = z.number().int().nonnegative();

const publishedFile = z.object({
  role: z.string(),
  path: z.string(),
  format: z.string(),
  payload: z.object({ offset: count, rowBytes: count, rows: count }),
});

const inventorySchema: z.ZodType<Inventory> = z.object({
  replicas: z.array(
    z.object({
      service: z.string(),
      replica: z.string(),
      pid: z.number().int().positive().nullable(),
      port: z.number().int().min(1).max(65_535),
      version: z.string(),
      weight: z.number().nonnegative().exactOptional(),
      files: z.array(publishedFile).exactOptional(),
    }),
  ),
});

/** GETs the inventory. Throws HarnessError "environment" when it cannot be had or breaks the contract. */
export async function readInventory(url: string, signal: AbortSignal): Promise<Inventory> {
  const parsed = inventorySchema.safeParse(await fetchJson(url, { signal }));
  if (parsed.success) return parsed.data;
  throw new HarnessError(
    "environment",
    `the inventory at ${url} breaks the contract: ${z.prettifyError(parsed.error)}`,
    {
      hint: "see targets/README.md, section 3",
    },
  );
}

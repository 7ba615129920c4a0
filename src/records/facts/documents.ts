// Documents of our own: written into the target while it is watched, and looked for again afterwards.

import { z } from "zod";
import { markSchema, spanSchema, wordCountsSchema } from "../interval.ts";
import { count, ms, noun, type Frozen } from "../parts.ts";

const lossSchema = noun(
  "DocumentLoss",
  "What one look for every acknowledged document gave.",
  z.strictObject({
    gone: count.describe("Looked for, and answered that it is not there."),
    unseen: count.describe("Acknowledged, and the look for it saw nothing."),
    unseenBy: wordCountsSchema
      .describe("Why samples saw nothing, by word; absent when all saw, and in older runs.")
      .exactOptional(),
    ids: z
      .strictObject({ first: z.string().describe("The first."), last: z.string().describe("The last.") })
      .describe("Ids of the first and the last one gone, by the instant of writing; absent when none is.")
      .exactOptional(),
    window: z
      .strictObject({ from: markSchema.describe("The first."), to: markSchema.describe("The last.") })
      .describe(
        "From the first document gone to the last: after what was still found, and before what was found again.",
      )
      .exactOptional(),
    reach: spanSchema
      .describe(
        "How far before the fault the loss reaches (the RPO that was reached); 0 when only later ones are gone.",
      )
      .exactOptional(),
  }),
);
export type DocumentLoss = Frozen<z.infer<typeof lossSchema>>;

export const documentsSchema = noun(
  "DocumentFacts",
  "Documents of one trial, by the timeline alone; absent when the target takes none.",
  z.strictObject({
    written: count.describe("Acknowledged by the target."),
    refused: count.describe("Offered and not acknowledged; the target owes nothing for them."),
    refusedBy: wordCountsSchema
      .describe("Why, by word; absent when none was refused, and in older runs.")
      .exactOptional(),
    silentMs: ms.describe("Longest stretch from the baseline to the end of writing in which none was offered."),
    atEnd: lossSchema
      .describe("The look at the end of observing, before our way back; absent when there was none.")
      .exactOptional(),
    afterRevert: lossSchema.describe("The look after our way back; absent when there was none.").exactOptional(),
  }),
);
export type DocumentFacts = Frozen<z.infer<typeof documentsSchema>>;

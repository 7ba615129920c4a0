// The shape of what target.yaml says of batches of documents that are brought to it.

import { z } from "zod";
import { duration, kebab, path } from "../language/schema-parts.ts";
import { url } from "./schema-pieces.ts";

const pointerWords = "a JSON pointer, such as /state";
const folderWords = "a folder below {workDir}, such as {workDir}/inbox";
const holdWords = "the name of a file that begins with a dot, such as .hold";
const text = (description: string) => z.string("a text").min(1, "a text").max(200).describe(description);

export const deliveriesShape = z
  .strictObject({
    service: kebab("Service that takes the batches."),
    folder: z
      .string(folderWords)
      .regex(/^\{workDir\}(?:\/(?!\.\.?(?:\/|$))[\w.-]+)+$/, folderWords)
      .describe("Where a batch is put down, a file each; a name that begins with a dot is still being written."),
    record: z
      .record(z.string(), z.json())
      .describe("One record; {id}, {text} and {version} are filled in. A batch has one a line."),
    text_field: text("The field of the record that holds the text."),
    state: z
      .strictObject({
        path: path("GET at a replica; {batch} is filled in; 404: it was not taken yet."),
        pointer: z
          .string(pointerWords)
          .regex(/^(?:\/[^/]*)+$/, pointerWords)
          .describe("JSON pointer to the word for what became of it."),
        fails: text("The word for one that was taken and cannot be published."),
        done: text("The word for one whose documents are published."),
        back: text("The word for one that was called back: nothing of it waits or is published any more."),
        changed: z
          .string(pointerWords)
          .regex(/^(?:\/[^/]*)+$/, pointerWords)
          .describe("JSON pointer to how many documents it has changed so far; for ingestion.churn.")
          .exactOptional(),
      })
      .describe("What became of a batch."),
    withdraw: z
      .strictObject({
        url: url("Where a batch is called back; {batch} is filled in."),
        method: z.enum(["POST", "PUT"]).optional().describe("HTTP method; POST when absent."),
        body: z.json().describe("Sent as JSON, with the operator's token; {batch} is filled in."),
      })
      .describe("Calls a batch back: what it changed is as before, as far as nothing newer stands there."),
    fresh: z
      .strictObject({
        within: duration("A batch is published at most this long after it was put down."),
        waits: text("The word for one that was taken, and waits."),
      })
      .optional()
      .describe("What is promised of what arrives; for ingestion.backlog."),
    hold: z
      .string(holdWords)
      .regex(/^\.[\w-]{1,60}$/, holdWords)
      .optional()
      .describe(
        "A file in the folder: nothing is taken while it lies there, and its producer renews it; for ingestion.stall.",
      ),
    known: z
      .strictObject({
        dataset: text("JSON Lines file of rows, relative to the folder of target.yaml."),
        field: text("Field of its rows that names a document that is there."),
        question: text(
          "Field of its rows that holds what users ask of that document; for ingestion.poisoned-documents.",
        ).exactOptional(),
        unasked: text("The same of documents that no user asks for; for ingestion.churn.").exactOptional(),
      })
      .describe("Documents that are there and that users ask for."),
  })
  .describe("How batches of documents are brought, as a producer brings them; for ingestion.*.");

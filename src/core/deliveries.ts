// How batches of documents are brought to a target that takes them from a folder, as a producer brings them.

import { fillJson } from "./dataset.ts";
import type { Ms } from "./units.ts";
import { exactJsonText, parseExactJson } from "./exact-json.ts";

/** What target.yaml says of it. */
export interface DeliveriesSpec {
  /** The service that takes them. */
  readonly service: string;
  /** Where a batch is put down, a file each; below the work folder. */
  readonly folder: string;
  /** One record, JSON text in which `{id}`, `{text}` and `{version}` are filled in; a batch has one a line. */
  readonly record: string;
  /** The record's field that holds the text. */
  readonly textField: string;
  /** GET at a replica says at `pointer` what became of a batch: one of these words, or another. `{batch}`: its file. */
  readonly state: {
    readonly path: string;
    readonly pointer: string;
    /** It was taken, and cannot be published. */
    readonly fails: string;
    /** Its documents are published. */
    readonly done: string;
    /** It was called back, and nothing of it waits or is published any more. */
    readonly back: string;
    /** Where the same answer counts the documents that the batch has changed so far; absent: nowhere. */
    readonly changed?: string;
  };
  /** A batch is called back, by the operator's token; `{batch}` is filled in. */
  readonly withdraw: { readonly method: "POST" | "PUT"; readonly url: string; readonly body: string };
  /** What is promised of what arrives; absent: nothing. */
  readonly fresh?: FreshSpec;
  /** As long as this file lies in the folder nothing is taken from there; absent: the target knows no such thing. */
  readonly hold?: string;
  /**
   * Ids of documents that are there, a field of the rows of a JSON Lines file: those that users ask for, and in a file
   * of its own those that nobody does. `question`: the field of those rows with what users ask; absent: nobody says.
   */
  readonly known: {
    readonly dataset: string;
    readonly field: string;
    readonly question?: string;
    readonly unasked?: string;
  };
}

interface FreshSpec {
  /** A batch is published at most this long after it was put down. */
  readonly withinMs: Ms;
  /** The word for one that was taken, and waits. */
  readonly waits: string;
}

/** One version of a document that is brought. */
export interface Brought {
  readonly id: string;
  readonly text: string;
  readonly version: number;
}

/** A record as the target expects it: one line. */
export function recordOf({ record }: Pick<DeliveriesSpec, "record">, { id, text, version }: Brought): string {
  return exactJsonText(fillJson(parseExactJson(record), { id, text, version }));
}

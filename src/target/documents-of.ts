// How documents of our own are written and found again, of a file that was checked.

import type { DocumentPlace, DocumentsSpec } from "../core/documents.ts";
import { parseDuration } from "../core/duration.ts";
import { HarnessError } from "../core/errors.ts";
import type { Ms } from "../core/units.ts";
import type { YamlSource } from "../language/yaml-source.ts";
import type { TargetFile } from "./target-schema.ts";

export function documentsOf(documents: NonNullable<TargetFile["documents"]>, source: YamlSource): DocumentsSpec {
  const { every, timeout, write, read } = documents;
  const { method, headers = {} } = write;
  const body = source.written(["documents", "write", "body"]);
  return {
    everyMs: ms(every),
    timeoutMs: ms(timeout),
    write: { at: placeOf(write), method, headers, body },
    read: { at: placeOf(read), ...(read.headers !== undefined && { headers: read.headers }) },
  };
}

function placeOf({ url, service, path }: NonNullable<TargetFile["documents"]>["read"]): DocumentPlace {
  if (url !== undefined) return { url };
  if (service === undefined || path === undefined)
    throw new HarnessError("bug", "a place needs a file that was checked");
  return { service, path };
}

function ms(text: string): Ms {
  const value = parseDuration(text);
  if (value === undefined) throw new HarnessError("bug", "documents need a file that was checked");
  return value;
}

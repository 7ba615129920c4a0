// The shape of `traffic` in target.yaml: one stream of requests, or a list of named ones.

import { z } from "zod";
import { urlPattern } from "../core/addresses.ts";
import type { SourceKind } from "../core/load-source.ts";
import { words } from "../language/schema-parts.ts";
import type { DataPath } from "../language/yaml-nodes.ts";
import { answer, done, method, stream as streamKind, urlWords } from "./request-parts.ts";
import { sessionSchema } from "./session-schema.ts";
import type { StepFile } from "./session-schema.ts";

const nameWords = "a name in lower-case letters, digits and hyphens (in a list: underscores), such as ask";

const name = z
  .string(nameWords)
  .regex(/^[a-z][a-z0-9_]*(?:-[a-z0-9_]+)*$/, nameWords)
  .max(80, "at most 80 characters")
  .describe("Name of the stream; where there are several, expressions name it: `users.NAME.error_share`.");

/** The source that streams have which do not name one. */
export const ownSource = "requests";

const requestStream = z
  .strictObject({
    name,
    source: z
      .literal(ownSource)
      .optional()
      .describe("Who asks: Rebound itself, at send times fixed before. The default."),
    method,
    url: z.string(urlWords).regex(urlPattern, urlWords).describe("Where users' requests go."),
    headers: z.record(z.string(), z.string("a text")).optional().describe("Request headers."),
    body: z
      .json()
      .optional()
      .describe(
        "Request body, sent as JSON, numbers as they are written. `{field}` in texts is filled from the row of the " +
          "dataset; a text that is only `{field}` becomes the row's value, of its type. `{{name}}` is the text {name}.",
      ),
    stream: streamKind,
    done: done.optional(),
    answer: answer.optional(),
    dataset: words("JSON Lines file of rows, relative to the folder of target.yaml.").optional(),
    right_when_contains: words(
      "An answer is right when its text contains this (after filling in, which must leave something to look for).",
    ).optional(),
    canary: z
      .literal(true)
      .optional()
      .describe(
        "true: `{canary}` is a word of its own in each request, and an answer that holds another request's is an error " +
          "(`leaked`). It must stand in the URL, a header or the body.",
      ),
    session: sessionSchema,
  })
  .describe("What users ask.");

/** A stream of our own requests, as written. */
export type RequestStreamFile = z.infer<typeof requestStream>;
/** A stream of another source, as written. */
type SourceStreamFile = { readonly name: string; readonly source: string } & Readonly<Record<string, unknown>>;

type StreamFile = RequestStreamFile | SourceStreamFile;

/** `traffic` with streams of these sources beside our own requests. */
export function trafficSchemaFor(sources: readonly SourceKind[]): z.ZodType<StreamFile | StreamFile[]> {
  const others = sources.filter((source) => source.name !== ownSource).map(streamOf);
  const stream = others.length === 0 ? requestStream : z.union([requestStream, ...others]);
  return z
    .union([
      stream,
      z.array(stream).min(1).max(20).describe("Named streams; the first is meant where an intent names none."),
    ])
    .describe("What users ask: one stream of requests, or a list of named ones.");
}

function streamOf({ name: source, about, shape }: SourceKind) {
  return z.strictObject({ name, source: z.literal(source).describe(about), ...shape }).describe(about);
}

/** A stream and where it is written. */
export interface WrittenStream<Stream extends StreamFile = StreamFile> {
  readonly path: DataPath;
  readonly stream: Stream;
}

/** Every stream of `traffic`, the default stream first. */
export function streamsIn(traffic: StreamFile | readonly StreamFile[]): readonly WrittenStream[] {
  const list = isList(traffic) ? traffic : undefined;
  if (list === undefined) return [{ path: ["traffic"], stream: traffic as StreamFile }];
  return list.map((stream, index) => ({ path: ["traffic", index], stream }));
}

function isList(traffic: StreamFile | readonly StreamFile[]): traffic is readonly StreamFile[] {
  return Array.isArray(traffic);
}

/** Those of our own requests. */
export function requestStreamsIn(traffic: StreamFile | readonly StreamFile[]): WrittenStream<RequestStreamFile>[] {
  return streamsIn(traffic).filter((written): written is WrittenStream<RequestStreamFile> => isOwn(written.stream));
}

/** A step of a session and where it is written. */
interface WrittenStep {
  readonly path: DataPath;
  readonly step: StepFile;
}

/** The steps of a stream, in their order. */
export function stepsIn({ path, stream }: WrittenStream<RequestStreamFile>): readonly WrittenStep[] {
  return (stream.session ?? []).flatMap(({ steps }, group) =>
    steps.map((step, index) => ({ path: [...path, "session", group, "steps", index], step })),
  );
}

/** Every request that is written, with its own keys alone: of streams, and of their steps. */
export function requestsIn(
  traffic: StreamFile | readonly StreamFile[],
): readonly { readonly path: DataPath; readonly request: RequestStreamFile | StepFile }[] {
  return requestStreamsIn(traffic).flatMap((written) => [
    { path: written.path, request: written.stream },
    ...stepsIn(written).map(({ path, step }) => ({ path, request: step })),
  ]);
}

export function isOwn(stream: StreamFile): stream is RequestStreamFile {
  return stream.source === undefined || stream.source === ownSource;
}

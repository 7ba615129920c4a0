// What must be true of named streams: their names can stand in expressions, and what other sources speak to is this
// machine.

import { allowedHostWords, isAllowedHost, placesIn } from "../core/addresses.ts";
import type { SourceKind } from "../core/load-source.ts";
import { listed } from "../core/text.ts";
import { userMeasures } from "../core/user-probes.ts";
import { isOwn, streamsIn } from "./stream-schema.ts";
import type { WrittenStream } from "./stream-schema.ts";
import type { TargetDraft } from "./target-names.ts";
import { checkTemplate, places } from "./target-templates.ts";
import { textsIn } from "./target-traffic.ts";

/** Checks names and addresses of the streams of a target; what is in a request is checked in target-traffic.ts. */
export function checkStreams(draft: TargetDraft): void {
  const { traffic, addresses = [] } = draft.file;
  const streams = streamsIn(traffic);
  if (Array.isArray(traffic)) for (const stream of streams) checkName(draft, stream);
  else if (streams[0]?.stream.name.includes("_") === true) {
    const found = `"${streams[0].stream.name}"`;
    draft.report(["traffic", "name"], {
      code: "RB1019",
      found,
      expected: "a name in lower-case letters, digits and hyphens",
    });
  }
  for (const { path, stream } of streams) {
    if (isOwn(stream)) continue;
    for (const [at, text] of textsIn(stream, path))
      checkTemplate(draft, { path: at, name: text }, [...places, "approver"]);
    for (const { path: at, text, host } of placesIn(stream, path)) {
      if (host !== undefined && isAllowedHost(host, addresses)) continue;
      const expected = allowedHostWords;
      draft.report(at, { code: "RB1005", found: `"${text}"`, expected });
    }
  }
}

/** What the sources of streams find wrong with their own keys. */
export function checkSources(draft: TargetDraft, sources: readonly SourceKind[] = []): void {
  for (const { path, stream } of streamsIn(draft.file.traffic)) {
    if (isOwn(stream)) continue;
    const { name: _name, source, ...params } = stream;
    const known = sources.find((each) => each.name === source);
    const found = known?.checkKeys?.(params, { exists: (file) => draft.exists(file) }) ?? [];
    for (const { key, ...problem } of found) draft.report([...path, key], { code: "RB1021", ...problem });
  }
}

/** Where there are several streams, expressions name them. */
function checkName(draft: TargetDraft, { path, stream: { name } }: WrittenStream): void {
  if (name.includes("-")) {
    const found = `"${name}", which in an expression would be a subtraction`;
    draft.report([...path, "name"], {
      code: "RB1019",
      found,
      expected: `a name without hyphens, such as ${name.replaceAll("-", "_")}`,
    });
  }
  if (!userMeasures.includes(name)) return;
  const found = `"${name}", which is what expressions ask of a stream`;
  draft.report([...path, "name"], { code: "RB1019", found, expected: `another name than ${listed(userMeasures)}` });
}

/** Are the instants at which requests of the stream are due fixed before they come? */
export function knowsSendTimes(kind: SourceKind | undefined, params: Readonly<Record<string, unknown>>): boolean {
  const knows = kind?.knowsSendTimes ?? true;
  return typeof knows === "function" ? knows(params) : knows;
}

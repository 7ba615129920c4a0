// Templates in a target: what may be filled in where, and whether it is there to be filled in.

import { sourceIn } from "./feed-rules.ts";
import { requestsIn } from "./stream-schema.ts";
import { checkKnown, replicaIds } from "./target-names.ts";
import type { Named, TargetDraft } from "./target-names.ts";

/** What Rebound itself fills in, beside ports. */
export const places: readonly string[] = ["workDir", "cacheDir", "token", "seed"];

/** Checks every text of the target in which something is filled in, but for the fields of the dataset. */
export function checkTemplates(draft: TargetDraft): void {
  const { start, prepare, inventory, control, feed, audit, traces, documents, traffic, ablate } = draft.file;
  const fixed: Named[] = [
    { path: ["start", "ready"], name: start.ready },
    ...(inventory === undefined ? [] : [{ path: ["inventory"], name: inventory }]),
    ...feedTexts(feed),
    ...(audit === undefined ? [] : [{ path: ["audit"], name: audit }]),
    ...commandTexts("start", start),
    ...Object.entries(ablate ?? {}).flatMap(([pathway, { env, command = [] }]) =>
      commandTexts("ablate", { command, env }).map(({ path: [top = "", ...rest], name }) => ({
        path: [top, pathway, ...rest],
        name,
      })),
    ),
    ...(prepare ? commandTexts("prepare", prepare) : []),
  ];
  for (const text of fixed) checkTemplate(draft, text, places);
  for (const key of ["start_replica", "reload_replica", "maintain_replica", "work_on_replica"] as const) {
    const name = control?.[key];
    const filled = key === "work_on_replica" ? ["replica", "work"] : ["replica"];
    if (name !== undefined) checkTemplate(draft, { path: ["control", key], name }, [...places, ...filled]);
  }
  if (traces !== undefined) checkTracesUrl(draft, traces);
  for (const key of ["write", "read"] as const) {
    const name = documents?.[key].url;
    if (name !== undefined) checkTemplate(draft, { path: ["documents", key, "url"], name }, [...places, "id"]);
  }
  // What else is filled in there is looked for in the dataset.
  for (const { path, request } of requestsIn(traffic)) {
    checkTemplate(draft, { path: [...path, "url"], name: request.url ?? "" }, null);
  }
}

/** Of our own feed, or of a source in words of its own. */
function feedTexts(feed: TargetDraft["file"]["feed"]): Named[] {
  const source = sourceIn(feed);
  if (source === undefined) return typeof feed === "string" ? [{ path: ["feed"], name: feed }] : [];
  return [
    ...Object.keys("names" in source ? source.names : {}).map((name) => ({ path: ["feed", "names", name], name })),
    ...("url" in source ? [{ path: ["feed", "url"], name: source.url }] : []),
    ...(source.kind === "log" && source.file !== undefined ? [{ path: ["feed", "file"], name: source.file }] : []),
  ];
}

function checkTracesUrl(draft: TargetDraft, name: string): void {
  checkTemplate(draft, { path: ["traces"], name }, [...places, "trace"]);
  if (name.includes("{trace}")) return;
  draft.report(["traces"], {
    code: "RB1004",
    found: "a URL without {trace}",
    expected: "{trace} where the trace's id goes",
  });
}

function commandTexts(
  key: string,
  run: { readonly command?: readonly string[] | undefined; readonly env?: Record<string, string> | undefined },
): Named[] {
  return [
    ...(run.command ?? []).map((name, index) => ({ path: [key, "command", index], name })),
    ...Object.entries(run.env ?? {}).map(([variable, name]) => ({ path: [key, "env", variable], name })),
  ];
}

/** Reports every template in the text that is none of `known`; null: whatever there is, but for ports. */
export function checkTemplate(draft: TargetDraft, { path, name }: Named, known: readonly string[] | null): void {
  for (const [, inside = ""] of name.matchAll(/\{([^{}]*)\}/g)) {
    if (inside.startsWith("port:")) {
      checkKnown(draft, { path, name: inside.slice("port:".length) }, { noun: "replica", known: replicaIds(draft) });
    } else if (known && !inside.startsWith("env:") && !known.includes(inside)) {
      const expected = `one of ${known.map((word) => `{${word}}`).join(" ")} {port:<replica>}`;
      draft.report(path, { code: "RB1004", found: `the template {${inside}}`, expected });
    }
  }
}

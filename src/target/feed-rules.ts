// What must be true of a feed beyond its shape, and how it comes to be data.

import type { FeedSource, Meaning } from "../core/feed-source.ts";
import { parseDuration } from "../core/duration.ts";
import { messageOf } from "../core/errors.ts";
import type { DataPath } from "../language/yaml-nodes.ts";
import type { WrittenFeed, WrittenSource } from "./feed-schema.ts";
import { checkKnown, replicaIds, serviceNames } from "./target-names.ts";
import type { TargetDraft } from "./target-names.ts";

/** Time between two questions where the target does not say, ms. */
const askedEveryMs = 1000;

/**
 * An engine writes an event down when it is told of it, and sends it at once: on a busy machine with two cores up to
 * 40 ms were seen between a kill and its event (Docker 20.10).
 */
const toldWithinMs = 100;

/** The source in words of its own; undefined: our feed, or nobody. */
export function sourceIn(feed: WrittenFeed | undefined): WrittenSource | undefined {
  return feed === undefined || typeof feed === "string" ? undefined : feed;
}

/** The URL of our own feed; undefined: there is none. */
export function feedUrlIn(feed: WrittenFeed | undefined): string | undefined {
  return typeof feed === "string" && feed !== "none" ? feed : undefined;
}

/** Names that it gives are the target's own, expressions can be read, times are within bounds, and a place is said. */
export function checkFeed(draft: TargetDraft): void {
  const source = sourceIn(draft.file.feed);
  if (source === undefined) return;
  checkTime(draft, ["feed", "resolution"], source.resolution, { atLeast: 0, atMost: 600_000 });
  if (source.kind === "events") return checkEvents(draft, source);
  for (const [called, name] of Object.entries(source.names ?? {})) {
    checkKnown(draft, { path: ["feed", "names", called], name }, { noun: "replica", known: replicaIds(draft) });
  }
  if (source.kind === "log") return checkLines(draft, source);
  if (source.kind === "webhook") return checkCalls(draft, source);
  checkTime(draft, ["feed", "every"], source.every, { atLeast: 100, atMost: 60_000 });
  for (const [alert, meaning] of Object.entries(source.alerts ?? {}))
    checkMeaning(draft, ["feed", "alerts", alert], meaning);
  const { labels = {}, alerts = {} } = source;
  const isPlaced = [labels, ...Object.values(alerts)].some(
    ({ service, replica }) => (service ?? replica) !== undefined,
  );
  if (isPlaced) return;
  const expected = "`labels` or `alerts` that name a service or a replica: what is about no place detects no fault";
  draft.report(["feed"], { code: "RB1018", found: "alerts that say nothing of where", expected });
}

/** Its containers say where; what an action is called they cannot say. */
function checkEvents(draft: TargetDraft, { told }: Extract<WrittenSource, { kind: "events" }>): void {
  if (draft.file.platform !== "docker") {
    const found = `events on the platform ${draft.file.platform ?? "processes"}`;
    draft.report(["feed", "kind"], { code: "RB1007", found, expected: "platform: docker, whose engine tells them" });
  }
  for (const [index, rule] of told.entries()) {
    const path = ["feed", "told", index];
    checkMeaning(draft, path, rule);
    if (!rule.type.startsWith("action.") || rule.pathway !== undefined) continue;
    const expected = "pathway: an action of no name counts for nobody";
    draft.report(path, { code: "RB1018", found: `${rule.type} without a pathway`, expected });
  }
}

const groups: ReadonlySet<string> = new Set(["incident", "service", "replica", "class", "pathway", "outcome"]);

function checkLines(draft: TargetDraft, { lines }: Extract<WrittenSource, { kind: "log" }>): void {
  for (const [index, line] of lines.entries()) {
    const path = ["feed", "lines", index];
    checkMeaning(draft, path, line);
    const { trouble, names } = readExpression(line.matches);
    if (trouble !== undefined) {
      draft.report([...path, "matches"], {
        code: "RB1014",
        found: trouble,
        expected: "a regular expression of JavaScript",
      });
    }
    const stray = names.find((name) => !groups.has(name));
    if (stray === undefined) continue;
    const expected = `groups of these names: ${[...groups].join(", ")}`;
    draft.report([...path, "matches"], { code: "RB1014", found: `the group "${stray}"`, expected });
  }
}

function readExpression(text: string): { readonly trouble?: string; readonly names: readonly string[] } {
  try {
    void new RegExp(text, "u");
    return { names: [...text.matchAll(/\(\?<([A-Za-z_]\w*)>/g)].map(([, name = ""]) => name) };
  } catch (thrown) {
    return { trouble: messageOf(thrown), names: [] };
  }
}

function checkCalls(draft: TargetDraft, { types, fields }: Extract<WrittenSource, { kind: "webhook" }>): void {
  if (Object.keys(types).length === 0) {
    draft.report(["feed", "types"], {
      code: "RB1018",
      found: "no words",
      expected: "at least one, such as { firing: detected }",
    });
  }
  if (Object.values(types).includes("action.finished") && fields.outcome === undefined) {
    const expected = "outcome among them: an action that does not say how it went counts for nobody";
    draft.report(["feed", "fields"], { code: "RB1018", found: "action.finished without an outcome", expected });
  }
  if ((fields.service ?? fields.replica) !== undefined) return;
  const expected = "service or replica among them: what is about no place detects no fault";
  draft.report(["feed", "fields"], { code: "RB1018", found: "calls that say nothing of where", expected });
}

/** Names that stand in the file itself; labels are names of another kind. */
function checkMeaning(
  draft: TargetDraft,
  path: DataPath,
  said: { readonly [Key in keyof Meaning]?: string } & { readonly pathway?: string },
): void {
  const { classes, pathways } = draft.file;
  const known = {
    service: serviceNames(draft),
    replica: replicaIds(draft),
    class: classes,
    pathway: pathways.map(({ name }) => name),
  } as const;
  for (const noun of ["service", "replica", "class", "pathway"] as const) {
    const name = said[noun];
    if (name !== undefined) checkKnown(draft, { path: [...path, noun], name }, { noun, known: known[noun] });
  }
}

interface Bounds {
  readonly atLeast: number;
  readonly atMost: number;
}

function checkTime(draft: TargetDraft, path: DataPath, text: string | undefined, { atLeast, atMost }: Bounds): void {
  const ms = text === undefined ? undefined : parseDuration(text);
  if (text === undefined || ms === undefined || (ms >= atLeast && ms <= atMost)) return;
  draft.report(path, { code: "RB1006", found: text, expected: `${atLeast}ms to ${atMost}ms` });
}

type WrittenLine = Extract<WrittenSource, { kind: "log" }>["lines"][number];
type WrittenEvent = Extract<WrittenSource, { kind: "events" }>["told"][number];

/** A line that says that an action finished, and not how, says that it was done. */
function doneLine(line: WrittenLine): WrittenLine {
  const saysHow = line.outcome !== undefined || readExpression(line.matches).names.includes("outcome");
  return line.type === "action.finished" && !saysHow ? { ...line, outcome: "done" } : line;
}

/** What the engine tells it has done. */
function doneEvent(rule: WrittenEvent): WrittenEvent {
  return rule.type === "action.finished" && rule.outcome === undefined ? { ...rule, outcome: "done" } : rule;
}

/** A source that was checked, as data. */
export function feedSourceOf(written: WrittenSource): FeedSource {
  const { resolution } = written;
  if (written.kind === "events") {
    const resolutionMs = parseDuration(resolution ?? "") ?? toldWithinMs;
    return { kind: "events", told: written.told.map(doneEvent), resolutionMs, names: {} };
  }
  const { names = {} } = written;
  const common = { resolutionMs: parseDuration(resolution ?? "") ?? 0, names };
  switch (written.kind) {
    case "log":
      return {
        kind: "log",
        file: written.file ?? "{workDir}/stack.log",
        lines: written.lines.map(doneLine),
        ...common,
      };
    case "webhook": {
      const { kind, port, token, each, fields, types } = written;
      return { kind, port, token, fields, types, ...(each !== undefined && { each }), ...common };
    }
    default: {
      const { kind, url, headers = {}, every, match = {}, labels = {}, alerts = {} } = written;
      const everyMs = parseDuration(every ?? "") ?? askedEveryMs;
      return { kind, url, headers, everyMs, match, labels, alerts, ...common };
    }
  }
}

// Sessions as they are taken: each step a whole request.

import { parseDuration } from "../core/duration.ts";
import type { Written } from "../core/exact-json.ts";
import type { SessionUsers, Think, TrafficSpec } from "../core/target.ts";
import type { DataPath } from "../language/yaml-nodes.ts";
import type { YamlSource } from "../language/yaml-source.ts";
import type { SessionFile, StepFile, ThinkFile } from "./session-schema.ts";

const none: Think = { leastMs: 0, mostMs: 0 };

/** The groups of users of a checked stream; `path` is where they stand. `shared`: what the stream itself says. */
export function sessionOf(
  session: SessionFile,
  { path, source, shared }: { readonly path: DataPath; readonly source: YamlSource; readonly shared: TrafficSpec },
): readonly SessionUsers[] {
  return session.map(({ users, share = 1, think, keys = [], steps }, group) => ({
    name: users,
    share,
    keys,
    steps: steps.map((step, index) => ({
      name: step.name,
      think: index === 0 ? none : thinkOf(step.think ?? think),
      sameRow: step.row === "same",
      request: requestOf(step, shared, () => source.written([...path, group, "steps", index, "body"])),
    })),
  }));
}

function thinkOf(think: ThinkFile | undefined): Think {
  if (think === undefined) return none;
  const { from, to } = typeof think === "string" ? { from: think, to: think } : think;
  return { leastMs: parseDuration(from) ?? 0, mostMs: parseDuration(to) ?? 0 };
}

/** A step with a URL of its own shares the headers alone, and the rows. */
function requestOf(step: StepFile, shared: TrafficSpec, bodyOf: () => Written): TrafficSpec {
  const { name, dataset, headers, method, url, body, stream, ...rest } = shared;
  const isOther = step.url !== undefined;
  const own = {
    ...(step.done !== undefined && { done: step.done }),
    ...(step.answer !== undefined && { answer: step.answer }),
    ...(step.right_when_contains !== undefined && { rightWhenContains: step.right_when_contains }),
  };
  return {
    name,
    method: step.method ?? method,
    url: step.url ?? url,
    headers: merged(headers, step.headers ?? {}),
    body: step.body === undefined ? (isOther ? null : body) : bodyOf(),
    stream: step.stream ?? stream,
    ...(dataset !== undefined && { dataset }),
    ...(!isOther && rest),
    ...own,
  };
}

/** Names of headers have no case. */
function merged(shared: TrafficSpec["headers"], own: TrafficSpec["headers"]): TrafficSpec["headers"] {
  const names = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  return { ...Object.fromEntries(Object.entries(shared).filter(([name]) => !names.has(name.toLowerCase()))), ...own };
}

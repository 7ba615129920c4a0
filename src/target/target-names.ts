// Names in a target: each is given once, and what is referred to exists.

import { siteName } from "../core/controls.ts";
import type { CodedProblem } from "../core/errors.ts";
import type { TargetEdge } from "../core/target.ts";
import { suggestName } from "../core/nearest.ts";
import { edgesIn } from "./target-edges.ts";
import { streamsIn } from "./stream-schema.ts";
import type { TargetFile } from "./target-schema.ts";
import type { DataPath } from "../language/yaml-nodes.ts";

/** What the rules of a target read, and how they report. */
export interface TargetDraft {
  readonly file: TargetFile;
  /** What the target must be called, by its file. */
  readonly wantedName: string;
  /** Is there a file at this path, relative to the folder? */
  exists(path: string): boolean;
  /** The text of the file at this path, relative to the folder; throws when it cannot be read. */
  read(path: string): string;
  report(path: DataPath, problem: Omit<CodedProblem, "place">): void;
  /** Reports inside a text; `column` counts from 1. */
  reportInside(path: DataPath, column: number, problem: Omit<CodedProblem, "place">): void;
}

export interface Named {
  readonly path: DataPath;
  readonly name: string;
}

export function checkUnique(draft: TargetDraft): void {
  const { services, probes, classes, pathways, control, start, traffic, approvals, settings } = draft.file;
  const edges = edgesIn(draft.file);
  const replicas = services.flatMap(({ replicas }, s) =>
    replicas.map((replica, r) => ({ path: ["services", s, "replicas", r], replica })),
  );
  const groups: Readonly<Record<string, readonly Named[]>> = {
    service: services.map(({ name }, index) => ({ path: ["services", index, "name"], name })),
    replica: replicas.map(({ path, replica }) => ({ path: [...path, "id"], name: replica.id })),
    variable: [
      // What is there twice altogether is told as such.
      ...firstOf(replicas, ({ replica }) => replica.id).flatMap(({ path, replica: { port_env: name } }) =>
        name === undefined ? [] : [{ path: [...path, "port_env"], name }],
      ),
      ...firstOf(edges, nameOfEdge).flatMap(({ path, addressEnv: name }) =>
        name === undefined ? [] : [{ path: [...path, "address_env"], name }],
      ),
      ...(control ? [{ path: ["control", "token_env"], name: control.token_env }] : []),
      ...(approvals?.token_envs ?? []).map((name, index) => ({ path: ["approvals", "token_envs", index], name })),
      ...Object.entries(settings ?? {}).map(([key, { env }]) => ({ path: ["settings", key, "env"], name: env })),
      // What Rebound fills in would overwrite what stands there, or the other way round.
      ...Object.keys(start.env ?? {}).map((name) => ({ path: ["start", "env", name], name })),
      ...(["ablation_env", "unhealed_env", "learning_env"] as const).flatMap((key) => {
        const name = draft.file[key];
        return name === undefined ? [] : [{ path: [key], name }];
      }),
    ],
    edge: edges.map((edge) => ({ path: edge.path, name: nameOfEdge(edge) })),
    stream: streamsIn(traffic).map(({ path, stream }) => ({ path: [...path, "name"], name: stream.name })),
    probe: probes.map(({ name }, index) => ({ path: ["probes", index, "name"], name })),
    class: classes.map((name, index) => ({ path: ["classes", index], name })),
    pathway: pathways.map(({ name }, index) => ({ path: ["pathways", index, "name"], name })),
  };
  for (const [what, named] of Object.entries(groups)) {
    const seen = new Set<string>();
    for (const { path, name } of named) {
      if (seen.has(name))
        draft.report(path, { code: "RB1002", found: `the ${what} "${name}" again`, expected: "each name once" });
      seen.add(name);
    }
  }
}

function nameOfEdge({ from: edgeFrom, to: replica, via }: TargetEdge): string {
  return siteName({ service: "", replica, edgeFrom, ...(via !== undefined && { via }) });
}

function firstOf<T>(items: readonly T[], nameOf: (item: T) => string): readonly T[] {
  return items.filter((item, index) => items.findIndex((other) => nameOf(other) === nameOf(item)) === index);
}

export function checkKnown(
  draft: TargetDraft,
  { path, name }: Named,
  what: { readonly noun: string; readonly known: readonly string[] },
): void {
  if (what.known.includes(name)) return;
  const places = unknownOf(draft);
  const key = `${what.noun} ${name}`;
  const before = places.get(key) ?? { path, name, ...what, places: 0 };
  places.set(key, { ...before, places: before.places + 1 });
}

interface UnknownName extends Named {
  readonly noun: string;
  readonly known: readonly string[];
  readonly places: number;
}

const unknownNames = new WeakMap<TargetDraft, Map<string, UnknownName>>();

function unknownOf(draft: TargetDraft): Map<string, UnknownName> {
  const names = unknownNames.get(draft) ?? new Map<string, UnknownName>();
  unknownNames.set(draft, names);
  return names;
}

/** A name that was misspelt where it was given is unknown wherever it is used: told once, at the first of them. */
export function reportUnknown(draft: TargetDraft): void {
  for (const { path, name, noun, known, places } of unknownOf(draft).values()) {
    const hint = suggestName(name, known);
    const found = `unknown ${noun} "${name}"${places === 1 ? "" : `, here and in ${places - 1} more`}`;
    const problem = { code: "RB1003" as const, found, expected: `a ${noun} of this target` };
    draft.report(path, hint === undefined ? problem : { ...problem, suggestion: hint });
  }
}

export function serviceNames({ file }: TargetDraft): string[] {
  return file.services.map(({ name }) => name);
}

export function replicaIds({ file }: TargetDraft): string[] {
  return file.services.flatMap(({ replicas }) => replicas.map(({ id }) => id));
}

// What must be true of a target beyond its shape: names are unique, what is referred to exists, templates can be filled in.

import { badAddress, hostOf, isAllowedHost } from "../core/addresses.ts";
import { parseDuration } from "../core/duration.ts";
import type { Problem } from "../core/errors.ts";
import { suggestName } from "../core/nearest.ts";
import type { TargetFile } from "./target-schema.ts";
import type { DataPath } from "./yaml-source.ts";

/** What the rules of a target read, and how they report. */
export interface TargetDraft {
  readonly file: TargetFile;
  /** Name of the folder that target.yaml lies in. */
  readonly folder: string;
  /** Is there a file at this path, relative to the folder? */
  exists(path: string): boolean;
  report(path: DataPath, problem: Omit<Problem, "place">): void;
}

/** Checks one target whose shape is sound. */
export function checkTarget(draft: TargetDraft): void {
  const { file, folder } = draft;
  if (file.name !== folder) {
    draft.report(["name"], { found: `"${file.name}"`, expected: `the name of the folder, "${folder}"` });
  }
  checkUnique(draft);
  checkEdges(draft);
  checkProbes(draft);
  checkTemplates(draft);
  checkTimes(draft);
  checkAddresses(draft);
  checkDocuments(draft);
  reportUnknown(draft);
  const { dataset } = file.traffic;
  if (dataset !== undefined && !draft.exists(dataset)) {
    draft.report(["traffic", "dataset"], {
      found: `no file "${dataset}"`,
      expected: "a file, relative to target.yaml",
    });
  }
  if (file.control && !file.control.start_replica.includes("{replica}")) {
    const found = `"${file.control.start_replica}"`;
    draft.report(["control", "start_replica"], { found, expected: "{replica} somewhere in it" });
  }
}

/** Loopback needs no leave; every other host must be listed. Checked again, with what names resolve to, before a start. */
function checkAddresses(draft: TargetDraft): void {
  const { start, inventory, control, feed, audit, documents, traffic, addresses = [] } = draft.file;
  for (const [index, entry] of addresses.entries()) {
    const expected = badAddress(entry);
    if (expected !== undefined) draft.report(["addresses", index], { found: `"${entry}"`, expected });
  }
  const urls: readonly (readonly [DataPath, string | undefined])[] = [
    [["start", "ready"], start.ready],
    [["inventory"], inventory],
    [["control", "start_replica"], control?.start_replica],
    [["traffic", "url"], traffic.url],
    [["feed"], feed],
    [["audit"], audit],
    [["documents", "write", "url"], documents?.write.url],
    [["documents", "read", "url"], documents?.read.url],
  ];
  for (const [path, url] of urls) {
    const host = url === undefined ? undefined : hostOf(url);
    if (host === undefined || isAllowedHost(host, addresses)) continue;
    const expected = "an address of this machine (127.0.0.1, localhost, [::1]), or one that `addresses` lists";
    draft.report(path, { found: `"${url}"`, expected });
  }
}

interface Named {
  readonly path: DataPath;
  readonly name: string;
}

function checkUnique(draft: TargetDraft): void {
  const { services, edges, probes, classes, pathways, control, start } = draft.file;
  const replicas = services.flatMap(({ replicas }, s) =>
    replicas.map((replica, r) => ({ path: ["services", s, "replicas", r], replica })),
  );
  const groups: Readonly<Record<string, readonly Named[]>> = {
    service: services.map(({ name }, index) => ({ path: ["services", index, "name"], name })),
    replica: replicas.map(({ path, replica }) => ({ path: [...path, "id"], name: replica.id })),
    variable: [
      // What is there twice altogether is told as such.
      ...firstOf(replicas, ({ replica }) => replica.id).map(({ path, replica }) => ({
        path: [...path, "port_env"],
        name: replica.port_env,
      })),
      ...firstOf(
        edges.map((edge, index) => ({ edge, path: ["edges", index, "address_env"] })),
        ({ edge }) => `${edge.from}→${edge.to}`,
      ).map(({ edge, path }) => ({ path, name: edge.address_env })),
      ...(control ? [{ path: ["control", "token_env"], name: control.token_env }] : []),
      // What Rebound fills in would overwrite what stands there, or the other way round.
      ...Object.keys(start.env ?? {}).map((name) => ({ path: ["start", "env", name], name })),
      ...(["ablation_env", "unhealed_env"] as const).flatMap((key) => {
        const name = draft.file[key];
        return name === undefined ? [] : [{ path: [key], name }];
      }),
    ],
    edge: edges.map(({ from, to }, index) => ({ path: ["edges", index], name: `${from}→${to}` })),
    probe: probes.map(({ name }, index) => ({ path: ["probes", index, "name"], name })),
    class: classes.map((name, index) => ({ path: ["classes", index], name })),
    pathway: pathways.map(({ name }, index) => ({ path: ["pathways", index, "name"], name })),
  };
  for (const [what, named] of Object.entries(groups)) {
    const seen = new Set<string>();
    for (const { path, name } of named) {
      if (seen.has(name)) draft.report(path, { found: `the ${what} "${name}" again`, expected: "each name once" });
      seen.add(name);
    }
  }
}

function firstOf<T>(items: readonly T[], nameOf: (item: T) => string): readonly T[] {
  return items.filter((item, index) => items.findIndex((other) => nameOf(other) === nameOf(item)) === index);
}

function checkKnown(
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
function reportUnknown(draft: TargetDraft): void {
  for (const { path, name, noun, known, places } of unknownOf(draft).values()) {
    const hint = suggestName(name, known);
    const found = `unknown ${noun} "${name}"${places === 1 ? "" : `, here and in ${places - 1} more`}`;
    const problem = { found, expected: `a ${noun} of this target` };
    draft.report(path, hint === undefined ? problem : { ...problem, suggestion: hint });
  }
}

function serviceNames({ file }: TargetDraft): string[] {
  return file.services.map(({ name }) => name);
}

function replicaIds({ file }: TargetDraft): string[] {
  return file.services.flatMap(({ replicas }) => replicas.map(({ id }) => id));
}

function checkEdges(draft: TargetDraft): void {
  const callers = [...new Set([...serviceNames(draft), ...replicaIds(draft)])];
  for (const [index, { from, to }] of draft.file.edges.entries()) {
    checkKnown(draft, { path: ["edges", index, "from"], name: from }, { noun: "caller", known: callers });
    checkKnown(draft, { path: ["edges", index, "to"], name: to }, { noun: "replica", known: replicaIds(draft) });
  }
}

function checkProbes(draft: TargetDraft): void {
  for (const [index, probe] of draft.file.probes.entries()) {
    const known = serviceNames(draft);
    checkKnown(draft, { path: ["probes", index, "service"], name: probe.service }, { noun: "service", known });
    if (/^(?:users|baseline)\./.test(probe.name)) {
      const expected = "a name that does not begin with users. or baseline.";
      draft.report(["probes", index, "name"], { found: `"${probe.name}"`, expected });
    }
  }
}

/** A place is a URL, or a path at every replica of a service; ids and texts must come through. */
function checkDocuments(draft: TargetDraft): void {
  const { documents } = draft.file;
  if (documents === undefined) return;
  for (const key of ["write", "read"] as const) {
    const { url, service, path } = documents[key];
    if (service !== undefined) {
      const known = serviceNames(draft);
      checkKnown(draft, { path: ["documents", key, "service"], name: service }, { noun: "service", known });
    }
    const whole = url === undefined ? service !== undefined && path !== undefined : !(service ?? path);
    if (!whole) {
      const found = url === undefined ? "no whole place" : "url beside service or path";
      draft.report(["documents", key], { found, expected: "url, or service and path" });
    }
  }
  const { write, read } = documents;
  const written = `${JSON.stringify(write.body)} ${write.url ?? ""} ${write.path ?? ""}`;
  const wanted = [
    { key: "write", text: written, parts: ["{id}", "{text}"] },
    { key: "read", text: `${read.url ?? ""} ${read.path ?? ""}`, parts: ["{id}"] },
  ];
  for (const { key, text, parts } of wanted) {
    const missing = parts.filter((part) => !text.includes(part));
    if (missing.length === 0) continue;
    draft.report(["documents", key], {
      found: `no ${missing.join(" and no ")}`,
      expected: `${parts.join(" and ")} somewhere in it`,
    });
  }
}

const places = ["workDir", "cacheDir", "token", "seed"];

function checkTemplates(draft: TargetDraft): void {
  const { start, prepare, inventory, control, feed, audit, documents, traffic } = draft.file;
  const fixed: Named[] = [
    { path: ["start", "ready"], name: start.ready },
    { path: ["inventory"], name: inventory },
    ...(feed === undefined ? [] : [{ path: ["feed"], name: feed }]),
    ...(audit === undefined ? [] : [{ path: ["audit"], name: audit }]),
    ...commandTexts("start", start),
    ...(prepare ? commandTexts("prepare", prepare) : []),
  ];
  for (const text of fixed) checkTemplate(draft, text, places);
  if (control)
    checkTemplate(draft, { path: ["control", "start_replica"], name: control.start_replica }, [...places, "replica"]);
  for (const key of ["write", "read"] as const) {
    const name = documents?.[key].url;
    if (name !== undefined) checkTemplate(draft, { path: ["documents", key, "url"], name }, [...places, "id"]);
  }
  // Fields of the dataset's rows are only known when it is read; without one there is nothing to fill in but ports.
  const fields = traffic.dataset === undefined ? places : null;
  checkTemplate(draft, { path: ["traffic", "url"], name: traffic.url }, fields);
}

function commandTexts(
  key: string,
  run: { readonly command: readonly string[]; readonly env?: Record<string, string> | undefined },
): Named[] {
  return [
    ...run.command.map((name, index) => ({ path: [key, "command", index], name })),
    ...Object.entries(run.env ?? {}).map(([variable, name]) => ({ path: [key, "env", variable], name })),
  ];
}

function checkTemplate(draft: TargetDraft, { path, name }: Named, known: readonly string[] | null): void {
  for (const [, inside = ""] of name.matchAll(/\{([^{}]*)\}/g)) {
    if (inside.startsWith("port:")) {
      checkKnown(draft, { path, name: inside.slice("port:".length) }, { noun: "replica", known: replicaIds(draft) });
    } else if (known && !known.includes(inside)) {
      const expected = `one of ${known.map((word) => `{${word}}`).join(" ")} {port:<replica>}`;
      draft.report(path, { found: `the template {${inside}}`, expected });
    }
  }
}

function checkTimes(draft: TargetDraft): void {
  const { start, prepare, probes, documents } = draft.file;
  const limits: readonly (readonly [DataPath, string | undefined, number, number])[] = [
    [["prepare", "timeout"], prepare?.timeout, 100, 1_800_000],
    [["start", "timeout"], start.timeout, 100, 600_000],
    [["start", "stop_timeout"], start.stop_timeout, 100, 60_000],
    [["documents", "every"], documents?.every, 50, 60_000],
    [["documents", "timeout"], documents?.timeout, 10, 60_000],
    [["limits", "max_duration"], draft.file.limits?.max_duration, 1000, 3_600_000],
    ...probes.map(({ every }, index) => [["probes", index, "every"], every, 10, 60_000] as const),
    ...probes.map(({ timeout }, index) => [["probes", index, "timeout"], timeout, 10, 60_000] as const),
  ];
  for (const [path, text, atLeast, atMost] of limits) {
    const ms = parseDuration(text ?? "");
    if (text === undefined || ms === undefined || (ms >= atLeast && ms <= atMost)) continue;
    draft.report(path, { found: text, expected: `${atLeast}ms to ${atMost}ms` });
  }
}

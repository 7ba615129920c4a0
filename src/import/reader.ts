// What the parts of an importer share while they read one file: places, notes, and what is left to decide.

import type { DataPath } from "../language/yaml-nodes.ts";
import type { YamlSource } from "../language/yaml-source.ts";
import type { Target } from "../core/target.ts";
import type { Asked, Condition, Fate, Note } from "./imported.ts";

export interface Reader {
  readonly asked: Asked;
  /** Says what became of the part at this path. */
  note(path: DataPath, fate: Fate, found: string, because: string): void;
  /** A sentence on what the file cannot tell. */
  decide(sentence: string): void;
}

export interface Noted extends Reader {
  readonly notes: readonly Note[];
  readonly undecided: readonly string[];
}

export function readerOf(source: YamlSource, asked: Asked): Noted {
  const notes: Note[] = [];
  const undecided = new Set<string>();
  return {
    asked,
    notes,
    get undecided() {
      return [...undecided];
    },
    note: (path, fate, found, because) => {
      notes.push({ place: source.placeOf(path), pointer: pointerTo(path), fate, found, because });
    },
    decide: (sentence) => {
      undecided.add(sentence);
    },
  };
}

/** A path into the file as JSON pointer (RFC 6901); "" is the whole file. */
function pointerTo(path: DataPath): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** A word of the file as a service of the target: as it was mapped, else the service of that name. */
export function serviceOf(word: string, { target, map }: Asked): string | undefined {
  const name = map.get(word) ?? word;
  return target.services.some((service) => service.name === name) ? name : undefined;
}

/** Edges of a target between services, each as `from->to`: faults choose the replicas. */
export function edgesBetween({ edges, services }: Target): readonly string[] {
  const serviceOfEnd = (end: string): string =>
    services.find(({ replicas }) => replicas.some(({ id }) => id === end))?.name ?? end;
  return [...new Set(edges.map(({ from, to }) => `${serviceOfEnd(from)}->${serviceOfEnd(to)}`))];
}

/** A word of the file as an edge of the target, as it was mapped. */
export function edgeOf(word: string, { target, map }: Asked): { from: string; to: string } | undefined {
  const mapped = map.get(word) ?? "";
  const [from, to] = mapped.split("->");
  return edgesBetween(target).includes(mapped) && from !== undefined && to !== undefined ? { from, to } : undefined;
}

/** Share of failed requests that a steady state lets pass: one or two of ten may be unlucky. */
const unluckyShare = 0.15;

/** Of these a condition comes out false when nobody is answered; times are then those of nobody. */
const seesOutage = /^users\.(?:error|bad)_share\b/;

/** An intent asks whether users are answered; where nothing of the file does, that is added. */
export function withUsers(conditions: readonly Condition[], reader: Reader): readonly Condition[] {
  if (conditions.some(({ expression }) => seesOutage.test(expression))) return conditions;
  reader.decide(
    "What users notice: nothing in the file asks whether they are answered, so that a share of failed requests was added.",
  );
  return [usersAnswered("users-answered", reader), ...conditions];
}

/** That users are answered, all but a few. */
function usersAnswered(name: string, reader: Reader): Condition {
  reader.decide(`How many users may be unlucky in a window: ${unluckyShare} was taken.`);
  return { name, expression: `users.error_share <= ${unluckyShare}` };
}

/** The only replica of a service can be hit only as all of it. */
export function one(service: string, { target }: Asked): { readonly count: 1 | "all" } {
  const replicas = target.services.find(({ name }) => name === service)?.replicas ?? [];
  return { count: replicas.length === 1 ? "all" : 1 };
}

/** Scheme, host and port of a URL; the URL itself where it has none. */
export function originOf(url: string): string {
  return /^https?:\/\/[^/?#]+/.exec(url)?.[0] ?? url;
}

/** A service, or `users`, that a URL leads to: by the whole URL, its origin, or its host. */
export function leadsTo(url: string, { asked }: Reader): string | undefined {
  const origin = originOf(url);
  const host = origin.replace(/^https?:\/\//, "").replace(/:\d+$/, "");
  const word = [url, origin, host].find((candidate) => asked.map.has(candidate)) ?? host;
  return asked.map.get(word) === "users" ? "users" : serviceOf(word, asked);
}

/** A look at a URL that must answer, as a condition; what became of it is noted. */
export function answering(url: string, name: string, path: DataPath, reader: Reader): Condition | undefined {
  const where = leadsTo(url, reader);
  const drop = (because: string): undefined => {
    reader.note(path, "dropped", name, because);
  };
  if (where === undefined) {
    return drop(`whose address is ${url}? --map ${originOf(url)}=SERVICE, or =users where users ask it`);
  }
  if (where === "users") {
    reader.note(path, "changed", name, "one look became all that users see, and a few may fail");
    return usersAnswered(name, reader);
  }
  const counted = reader.asked.target.probes.find(
    ({ kind, service }) => kind === "healthy-replicas" && service === where,
  );
  if (counted === undefined) {
    return drop(`target.yaml has no probe of the kind healthy-replicas at ${where}; with one this would be kept`);
  }
  reader.note(path, "kept", name, `every replica of ${where} is well`);
  return { name, expression: `${counted.name} >= baseline.${counted.name}` };
}

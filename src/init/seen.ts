// What a scanner sees of a stack that runs: by the word of whoever supervises it, and nothing else is asked or touched.

import { counted } from "../core/text.ts";

/** One process or container, as its supervisor lists it. */
export interface SeenReplica {
  /** What it is one of, in kebab-case. */
  readonly service: string;
  /** Its own name, in kebab-case, unique. */
  readonly replica: string;
  /** How the supervisor calls it, and what it runs: never an argument of it, for arguments hold keys. */
  readonly called: string;
  /** The supervisor's word on it: shown, and never believed. */
  readonly says: string;
  /** Ports on which it, or a child of it, listens; several: the first is guessed. */
  readonly ports: readonly number[];
  /** Of a container: its service and number, such as `web-1`; of a Swarm, the number is its slot. */
  readonly container?: string;
  /** Base URL at which it is asked, of one that is not on this machine by a port that is filled in. */
  readonly url?: string;
}

/** A stack of a Swarm, by its manager. */
interface SeenStack {
  readonly name: string;
  /** Where its nodes are, other than this machine by its loopback address. */
  readonly addresses: readonly string[];
  /** Some service takes an update back that fails. */
  readonly rollsBack: boolean;
  /** Services without the label by which an owner allows chaos. */
  readonly unlabelled: readonly string[];
}

/** A whole stack. */
export interface Seen {
  /** Name of the scanner. */
  readonly by: string;
  /** Who supervises, for people: `supervisord`, `the Docker engine`. */
  readonly who: string;
  /** Where it was seen: a socket, a folder, a command. */
  readonly where: string;
  /** A compose project that runs: it is attached to, and never started. */
  readonly project?: string;
  /** A stack of a Swarm that runs: it is attached to, and never started. */
  readonly stack?: SeenStack;
  /** Command that might start it in the foreground; of words of ours and places of files alone. */
  readonly start: readonly string[];
  /** How a variable is written where this supervisor keeps commands. */
  variable(name: string): string;
  /** What it does by itself when something breaks. */
  readonly heals: string;
  /** What its words hide. */
  readonly hides: string;
  readonly replicas: readonly SeenReplica[];
}

/** Not found is not a failure: most machines have one supervisor, or none. */
export type Found = { readonly ok: true; readonly seen: Seen } | { readonly ok: false; readonly reason: string };

/** Looks at one kind of supervisor. It only reads: nothing is started, not even a supervisor's own daemon. */
export interface Scanner {
  readonly name: string;
  /** What may be named instead of the usual places. */
  readonly takes: string;
  /** Looks at `where`, or at the usual places. Never rejects. */
  look(where: string | undefined): Promise<Found>;
}

export const notFound = (reason: string): Found => ({ ok: false, reason });

/** It runs already, and an engine knows who runs where: it is started and published by nobody. */
export const isAttached = ({ project, stack }: Seen): boolean => project !== undefined || stack !== undefined;

/** A name of a supervisor's as a name of target.yaml. */
export function kebabOf(name: string): string {
  const plain = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60)
    .replace(/-+$/, "");
  return /^[a-z]/.test(plain) ? plain : `s-${plain || "unnamed"}`;
}

/**
 * A command as it may be shown: the program's name and how many arguments it has. No value is in it, whatever the
 * option is called and however it is quoted.
 */
export function programOf(command: string): string {
  const words = command.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  // What is left besides words and blanks is a quote that does not close.
  const isWhole = command.replaceAll(/\s/g, "") === words.join("").replaceAll(/\s/g, "");
  const [first = "", ...rest] = words.slice(words.findIndex((word) => !/^[A-Za-z_]\w*\+?=/.test(word)));
  const name = first.split("/").at(-1) ?? "";
  if (!isWhole || !/^[\w.@+/-]+$/.test(first) || name === "" || name.startsWith("sk-") || name.length > 40)
    return "a command";
  return rest.length === 0 ? name : `${name}, ${counted(rest.length, "argument")}`;
}

/** The same replicas under names of which none comes twice. */
export function renamed(replicas: readonly SeenReplica[]): readonly SeenReplica[] {
  const taken = new Set<string>();
  return replicas.map((one) => {
    let replica = one.replica;
    for (let n = 2; taken.has(replica); n += 1) replica = `${one.replica}-${n}`;
    taken.add(replica);
    return { ...one, replica };
  });
}

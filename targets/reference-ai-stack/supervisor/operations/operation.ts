// What an operation is: one thing that the supervisor does when asked, by the operator or by the healer. One file each,
// one line in table.ts; all are called by one route.
import type { Right } from "../../common/people.ts";
import type { StackConfig } from "../../config.ts";
import type { Blocks } from "../blocks.ts";
import type { Fleet } from "../fleet.ts";
import type { Makers } from "../makers.ts";
import type { Models } from "../models.ts";
import type { Reduction } from "../reduction.ts";
import type { Secrets, Specs } from "../specs.ts";
import type { Traffic } from "../traffic.ts";
import { Busy } from "../turns.ts";
import type { UnderWay } from "../under-way.ts";

/** What operations work with. */
export interface OperationParts {
  readonly fleet: Fleet;
  readonly traffic: Traffic;
  readonly specs: Specs;
  readonly models: Models;
  /** How often each replica's cache was cleared since the stack's start. */
  readonly cacheClears: Map<string, number>;
  /** How often each vector replica took documents of a sibling since the stack's start. */
  readonly resyncs: Map<string, number>;
  /** What people are doing on purpose to a replica now, in words, by replica. */
  readonly maintained: Map<string, string>;
  readonly reduction: Reduction;
  readonly blocks: Blocks;
  /** How often something was done to the ingestion since the stack's start, by what. */
  readonly tended: Map<string, number>;
  readonly underWay: UnderWay;
  readonly makers: Makers;
  readonly config: StackConfig;
  readonly secrets: Secrets;
  /** Does an operation later, as the supervisor itself, with a trace like any other; absent: nobody keeps traces. */
  readonly perform?: (operation: string, args: RawArgs) => Promise<OperationAnswer>;
}

/** The members of the request's JSON body and of its path, not yet looked at. */
export type RawArgs = Readonly<Record<string, unknown>>;

export type Parsed<Args> = { readonly ok: true; readonly args: Args } | { readonly ok: false; readonly reason: string };

/** What is answered: the HTTP status and the body. */
export interface OperationAnswer {
  readonly status: 200 | 400 | 404 | 409 | 422 | 500 | 502 | 503 | 507;
  readonly body: object;
  /** Somebody was busy or away: nothing was done, and who asks again after so long, ms, may be luckier. */
  readonly againMs?: number;
}

export interface Operation<Args = unknown> {
  readonly name: string;
  /**
   * What one call may touch. `replica`: its args have a `replica`, which must be one of the stack (else 404);
   * `service`: the same of a `service`; `stack`: no such limit.
   */
  readonly scope: "replica" | "service" | "stack";
  /** Who may ask for it; absent: people who operate, and the healer. A right that is named is for people alone. */
  readonly right?: Right;
  /** The path under which it is known besides `/operations/<name>`. */
  readonly alsoAt?: string;
  /** Reads the args; what is wrong with them is answered with 400 and says what was expected. */
  parse(raw: RawArgs): Parsed<Args>;
  /** `by`: the name of who asks. */
  run(args: Args, parts: OperationParts, by?: string): Promise<OperationAnswer>;
}

/** An operation with its args' type hidden, so that a table can hold all of them. */
export interface AnyOperation extends Pick<Operation, "name" | "scope" | "right" | "alsoAt"> {
  /** Reads the args and does it, or answers what is wrong with them. */
  call(raw: RawArgs, parts: OperationParts, by?: string): Promise<OperationAnswer>;
  /** What is wrong with the args, or null. */
  complaint(raw: RawArgs): string | null;
}

export function operation<Args>(spec: Operation<Args>): AnyOperation {
  const { name, scope, right, alsoAt } = spec;
  return {
    name,
    scope,
    ...(right !== undefined && { right }),
    ...(alsoAt !== undefined && { alsoAt }),
    complaint(raw) {
      const parsed = spec.parse(raw);
      return parsed.ok ? null : parsed.reason;
    },
    async call(raw, parts, by) {
      const parsed = spec.parse(raw);
      if (!parsed.ok) return refused(400, parsed.reason);
      try {
        return await spec.run(parsed.args, parts, by);
      } catch (error) {
        if (error instanceof Busy) return refused(409, error.message, error.againMs);
        throw error;
      }
    },
  };
}

export function answered(body: object): OperationAnswer {
  return { status: 200, body };
}

export function refused(status: OperationAnswer["status"], error: string, againMs?: number): OperationAnswer {
  return againMs === undefined ? { status, body: { error } } : { status, body: { error, againMs }, againMs };
}

/** Args whose only member is a text of that name. */
export function parseTexts<const Name extends string>(
  names: readonly Name[],
): (raw: RawArgs) => Parsed<Readonly<Record<Name, string>>> {
  return (raw) => {
    const args = {} as Record<Name, string>;
    const wrong: string[] = [];
    for (const name of names) {
      const value = raw[name];
      if (typeof value === "string" && value !== "") args[name] = value;
      else wrong.push(`${name} is ${value === undefined ? "missing" : JSON.stringify(value)}, expected a text`);
    }
    return wrong.length === 0 ? { ok: true, args } : { ok: false, reason: wrong.join("; ") };
  };
}

/**
 * The turn of whoever takes a replica out of the traffic, to remove it or to bring it back: two at once would give a
 * process that is gone its share again.
 */
export function leavingOf(replica: string): string {
  return `leaving of ${replica}`;
}

/** The other vector replicas. */
export function vectorSiblings(replica: string, fleet: Pick<Fleet, "children">): readonly string[] {
  const all = fleet.children().flatMap(({ spec }) => (spec.service === "vector" ? [spec.replica] : []));
  return all.filter((one) => one !== replica);
}

// What was changed in this stack on purpose: the last operations that were done, with who asked for them and when. For
// whoever asks why something is as it is.
import { serviceOf } from "../common/members.ts";
import type { RawArgs } from "./operations/operation.ts";

/** One change of one replica, of one service, or of the stack. */
interface Change {
  /** When it began; ISO 8601, UTC. */
  readonly at: string;
  /** The operation with what it was given, in words. */
  readonly what: string;
  /** `operator`, `healer` or `supervisor`. */
  readonly by: string;
  readonly service?: string;
  readonly replica?: string;
}

export interface ChangeLog {
  /** An operation that was done: one change for each place that it touched. */
  note(operation: string, args: RawArgs, asked: { readonly at: string; readonly by: string }): void;
  /** The oldest first, a bounded number. */
  list(): readonly Change[];
}

const KEPT = 200;
/** The service whose replicas load versions. */
const MODEL_SERVICE = "inference";

export function createChangeLog(): ChangeLog {
  const changes: Change[] = [];
  return {
    note(operation, args, asked) {
      for (const place of placesOf(args)) changes.push({ ...asked, ...place, what: `${operation}${place.what}` });
      changes.splice(0, Math.max(0, changes.length - KEPT));
    },
    list: () => changes,
  };
}

function placesOf(args: RawArgs): readonly Omit<Change, "at" | "by">[] {
  const { replica, service, source, weights, version, share } = args;
  if (typeof weights === "object" && weights !== null) {
    return Object.entries(weights).map(([name, weight]) => ({
      what: ` ${name} to ${String(weight)}`,
      service: serviceOf(name),
      replica: name,
    }));
  }
  const from = typeof source === "string" ? ` from ${source}` : "";
  if (typeof replica === "string") return [{ what: ` ${replica}${from}`, service: serviceOf(replica), replica }];
  if (typeof service === "string") return [{ what: ` ${service}`, service }];
  if (typeof version === "string") {
    const to = typeof share === "number" ? ` to a share of ${share}` : "";
    return [{ what: ` ${version}${to}`, service: MODEL_SERVICE }];
  }
  return [{ what: "" }];
}

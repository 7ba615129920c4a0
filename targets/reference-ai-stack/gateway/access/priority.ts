// Who is refused first when more is asked than can be answered: users whose account says so, and whoever says so.
import type { Priority } from "../reducer.ts";
import type { Account } from "./accounts.ts";

/** `x-priority: low`: work that can wait. Nobody comes before others by asking for it. */
export const PRIORITY_HEADER = "x-priority";

export function priorityOf(header: string | undefined, caller: Account | undefined): Priority {
  return caller?.priority === "low" || header?.trim().toLowerCase() === "low" ? "low" : "high";
}

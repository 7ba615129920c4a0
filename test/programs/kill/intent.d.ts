import type { Fault } from "../../../src/core/fault.ts";

/** The text of the intent of a round: one fault on a replica or an edge of the kill target. */
export function intentOf(
  fault: Pick<Fault, "name" | "acts" | "example" | "harmless" | "byOperator" | "sharesRequests">,
  seed: number,
): string;

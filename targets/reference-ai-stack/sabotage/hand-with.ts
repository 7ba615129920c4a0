// For the defects of the healer's hand: one operation is done otherwise, the others as they were meant.
import type { Hand, OperationArgs, Outcome } from "../healer/nouns.ts";

type Otherwise = (args: OperationArgs) => Promise<Outcome>;

/** The hand with other actions under these names of operations. */
export function handWith(hand: Hand, otherwise: Readonly<Record<string, Otherwise>>): Hand {
  return { do: (operation, args, key) => otherwise[operation]?.(args) ?? hand.do(operation, args, key) };
}

/** The replica that an operation names; "" when it names none. */
export function replicaIn(args: OperationArgs): string {
  const { replica } = args;
  return typeof replica === "string" ? replica : "";
}

// A command that is run where a replica runs, to see how the replica is.

/** What is run. */
export interface CommandOrder {
  /** Its words as the system takes them: no shell reads them. */
  readonly command: readonly string[];
  /** Variables beside those that the replica has. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * What became of it. `ill`: the replica itself kept it from its end, which says that it is not well. `unseen`: nothing
 * is said of the replica, as when there is no such program.
 */
export type CommandOutcome =
  | { readonly what: "ended"; readonly code: number; readonly output: string; readonly complaints: string }
  | { readonly what: "ill" | "unseen"; readonly why: string };

/** Ends it with the signal, or says that it could not be ended. Never rejects for what the replica does. */
export type RunInside = (order: CommandOrder, signal: AbortSignal) => Promise<CommandOutcome>;

/** A command that writes more than this, of both outputs, is ended, and nothing is seen, bytes. */
export const longestOutput = 65_536;

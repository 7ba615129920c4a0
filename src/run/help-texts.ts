// Longer texts of `rebound --help`.

export const exitCodeHelp = `
Exit codes: 0 pass · 1 fail, or something was left behind (residue) · 2 inconclusive or invalid · 3 bad intent or usage · 4 environment not ready · 70 bug in Rebound · 130 interrupted`;

export const stopHelp = `
What ends a run early, faults taken back: Ctrl-C; rebound stop; a file named stop in the run's folder (that run) or in the
state folder (all runs, and none starts while it is there); a condition of the intent's abort_if that is true, or cannot be
told for long, while a fault is in place.`;

export const limitsHelp = `
How much may be hit: half of a service at once, for 5m, a share dosed to 0.75, unless the target's limits say otherwise. All of
a service only by count: all with limits: { max_share: 1 } in the intent, where the target does not forbid it. Other machines
only where the target lists them under addresses; targets without chaos: allowed never.`;

export const restoreHelp =
  "\nEvery `run` and `up` has a watchdog that takes everything back within two seconds of their end, however they end.\n" +
  "restore waits for one that is at it, does the rest, may be repeated, and leaves alone whatever still runs.";

export const agentHelp = `
Both sides need one token of at least 20 characters in REBOUND_AGENT_TOKEN (openssl rand -hex 32). It is never sent or shown:
the key that follows from it encrypts, and shows each side that the other has it. Without --listen it listens on this machine
alone. It loads this machine and what --allow names, and of that only what the target of the run lists under addresses; its
load ends with the connection. src/agent/README.md says more.`;

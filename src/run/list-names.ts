// What `rebound list` can list. Apart from the lists themselves, so that --help loads none of them.

/** In the order in which help names them. */
export const listNames = [
  "faults",
  "probes",
  "presets",
  "pathways",
  "sources",
  "platforms",
  "targets",
  "intents",
] as const;

/** One of them. */
export type ListName = (typeof listNames)[number];

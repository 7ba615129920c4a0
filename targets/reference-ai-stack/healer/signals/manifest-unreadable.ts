// Nothing says how a replica's index is to be read: it answers as before, and its next start has no index.
import { confirmIndex } from "./confirm-index.ts";
import { signal } from "./signal.ts";
import { index } from "./sources.ts";

export const manifestUnreadable = signal({
  name: "manifest-unreadable",
  rule: "a manifest beside an index that is missing or torn, or a replica that answers 500 when it is asked for it",
  detector: index,
  soft: { confirm: confirmIndex, probe: "a second look at the file, its rows and its answers" },
  speaksFor: { "index-damaged": 8 },
});

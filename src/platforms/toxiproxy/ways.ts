// How proxies on somebody else's server are taken back, for the undo log of whatever platform opens them.

import { z } from "zod";
import type { UndoJournal } from "../../core/undo.ts";
import type { Frozen } from "../../records/parts.ts";

/** All proxies whose names begin with the prefix, on a Toxiproxy that somebody else runs. */
export const proxiesWaySchema = z.object({
  kind: z.literal("proxies"),
  apiUrl: z.string(),
  prefix: z.string().min(1),
});
export type ProxiesWay = Frozen<z.infer<typeof proxiesWaySchema>>;

/** An undo log that one platform writes its own ways back into. */
export interface WayJournal<Way> extends Pick<UndoJournal, "done"> {
  /** As `UndoJournal.intend`. */
  readonly intend: (way: Way) => Promise<number>;
}

export function proxiesWords({ prefix, apiUrl }: ProxiesWay): string {
  return `proxies ${prefix}* of ${apiUrl}`;
}

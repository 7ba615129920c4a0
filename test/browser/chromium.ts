// Which Chromium the browser tests use, and whether it is there: asked by the configuration and by every spec. It is
// the one that journeys find.

import * as found from "../../src/load/journeys/find-chromium.ts";

/** Debian's Chromium, or the one named in CHROMIUM_PATH. */
export const chromiumPath = found.chromiumPath();

/** True when there is none: a user's tests are then skipped, loudly and counted; CI refuses. */
export const chromiumMissing = found.chromiumMissing() !== undefined;

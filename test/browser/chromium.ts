// Which Chromium the browser tests use, and whether it is there: asked by the configuration and by every spec.

import { existsSync } from "node:fs";

/** Debian's Chromium, or the one named in CHROMIUM_PATH. */
export const chromiumPath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

/** True when there is none: a user's tests are then skipped, loudly and counted; CI refuses. */
export const chromiumMissing = !existsSync(chromiumPath);

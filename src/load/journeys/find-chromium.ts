// Which Chromium journeys and browser tests use: the one named in CHROMIUM_PATH, or one that the system has.

import { existsSync } from "node:fs";

const USUAL = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"] as const;

/** Where a browser is looked for. */
export function chromiumPath(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env["CHROMIUM_PATH"] ?? USUAL.find((path) => existsSync(path)) ?? USUAL[0];
}

/** Why there is no browser; undefined: there is. */
export function chromiumMissing(env: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  const path = chromiumPath(env);
  return existsSync(path) ? undefined : `no Chromium at ${path}; install it or set CHROMIUM_PATH`;
}

// The script of a trial's page as text, and the policy that lets it run and nothing else. The functions are written in
// this project's own language, so that they are checked like all the rest; here they become text.
// What runs tests of the `fast` project gives imported names others in functions, so that only a build, and the browser
// tests, have a script that runs.

import { secondSteps, timeTicks } from "../plot-scale.ts";
import { drawing } from "./draw.ts";
import { keys, moving } from "./move.ts";

const values = { secondSteps, keys };

/** Holds no text from outside, and nothing that could end a script element. */
export const trialScript = [
  '"use strict";',
  ...Object.entries(values).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`),
  ...[timeTicks, ...drawing, ...moving].map(String),
  "tellStory(document);",
].join("\n");

/** The Content-Security-Policy of a page with this script: no network, no other script. */
export async function policyFor(script: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script)));
  const hash = btoa(String.fromCharCode(...digest));
  return `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
}

// The script of the live page as text, made as that of a trial's page is: see trial-script/script.ts.

import { eventsPath, liveEvents } from "../live-state.ts";
import { following } from "./follow.ts";

const values = { eventsPath, liveEvents };

const browser = `{
  open: (path) => new EventSource(path),
  read: (html) => new DOMParser().parseFromString(html, "text/html"),
  scrollBy: (x, y) => window.scrollBy(x, y),
}`;

/** Holds no text from outside, and nothing that could end a script element. */
export const liveScript = [
  '"use strict";',
  ...Object.entries(values).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`),
  ...following.map(String),
  `followRun(document, ${browser});`,
].join("\n");

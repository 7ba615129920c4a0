// Preloaded (`--import`) into processes of a stack under test: appends the URL of every module that they load to the
// file NOTE_LOADS.

import { register } from "node:module";

register(
  `data:text/javascript,${encodeURIComponent(`
    import { appendFileSync } from "node:fs";
    export async function load(url, context, next) {
      appendFileSync(process.env.NOTE_LOADS, url + "\\n");
      return next(url, context);
    }
  `)}`,
);

// Has work done to a replica that operators may ask for, through the control that the target publishes.

import type { WorkControl } from "../../core/controls.ts";
import { messageOf } from "../../core/errors.ts";
import { ask } from "../../lib/ask.ts";
import type { Operator } from "./replica-control.ts";

/** Long work on an index, such as one of 100,000 rows that is made anew, takes less, ms. */
const workTimeoutMs = 120_000;
const longestAnswer = 300;

/** The control of one replica. `url`: with `{work}` still to be filled in. */
export function workControl({ url, allows, token }: Pick<Operator, "url" | "allows" | "token">): WorkControl {
  return {
    begin(work, signal) {
      let over: string | undefined;
      const at = url.replaceAll("{work}", encodeURIComponent(work));
      const done = async (): Promise<string> => {
        const headers = { authorization: `Bearer ${await token()}` };
        const asked = await ask(at, { method: "POST", headers, timeoutMs: workTimeoutMs, signal, allows });
        return asked.ok ? `the target answered ${asked.status} ${asked.text.slice(0, longestAnswer)}` : asked.says;
      };
      void done().then(
        (says) => (over = says),
        (error: unknown) => (over = messageOf(error)),
      );
      return { over: () => over };
    },
  };
}

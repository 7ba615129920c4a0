// Has work done to a replica that operators may ask for, through the control that the target publishes.

import type { WorkControl } from "../../core/controls.ts";
import { messageOf } from "../../core/errors.ts";
import { ask } from "../../lib/ask.ts";
import type { Operator } from "./replica-control.ts";

/** Long work on an index, such as one of 100,000 rows that is made anew, takes less, ms. */
const workTimeoutMs = 120_000;
const longestAnswer = 300;

interface Work extends Pick<Operator, "url" | "allows" | "token"> {
  readonly works: readonly string[];
  /** What the target says is under way at the replica; undefined: it does not say. */
  readonly underWay: () => Promise<readonly string[] | undefined>;
  /** As {@link WorkControl.makers}. */
  readonly makers: WorkControl["makers"];
}

/** The control of one replica. `url`: with `{work}` still to be filled in. */
export function workControl({ url, allows, token, works, underWay, makers }: Work): WorkControl {
  return {
    works,
    begin(work, signal) {
      let outcome: ReturnType<ReturnType<WorkControl["begin"]>["outcome"]>;
      const at = url.replaceAll("{work}", encodeURIComponent(work));
      const asked = async (bearer: string): Promise<typeof outcome> => {
        const headers = { authorization: `Bearer ${bearer}` };
        const answer = await ask(at, { method: "POST", headers, timeoutMs: workTimeoutMs, signal, allows });
        if (!answer.ok) return { says: `the request was not answered: ${answer.says}`, isDone: false };
        const says = `the target answered ${answer.status} ${answer.text.slice(0, longestAnswer)}`;
        return { says, isDone: answer.status >= 200 && answer.status < 300 };
      };
      const unsent = (error: unknown): typeof outcome => ({
        says: `it was not asked for: ${messageOf(error)}`,
        isDone: false,
      });
      void token()
        .then(asked, unsent)
        .then((came) => (outcome = came));
      return { outcome: () => outcome };
    },
    isUnderWay: async (work) => (await underWay())?.includes(work),
    makers,
  };
}

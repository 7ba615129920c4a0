import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { context, soundIntent } from "../../builders/intent-fixtures.ts";

export const file = "experiments/network/slow.yaml";

/** Problems as `line:column found`, in order. */
export function problems(text: string, at = file): string[] {
  return lintIntentText(text, at, context).problems.map(
    ({ place, found }) => `${place?.line ?? 0}:${place?.column ?? 0} ${found}`,
  );
}

/** The text with one thing changed; fails when there is nothing to change. */
export function changed(from: string, to: string, text = soundIntent): string {
  if (!text.includes(from)) throw new Error(`no ${from}`);
  return text.replace(from, to);
}

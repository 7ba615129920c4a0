// Who tries to log in at the gateway, as it counts them. One without accounts has no such door, and is asked seldom.
import type { Eyes } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { askJson } from "./http-json.ts";
import { readSources, type SourceView } from "./read-sources.ts";

const NO_DOOR = 404;

interface Asked {
  readonly gatewayPort: number;
  readonly lookToken?: string;
  readonly now?: () => number;
}

export function createAskSources({ gatewayPort, lookToken, now = () => performance.now() }: Asked): Eyes["sources"] {
  let notBefore = Number.NEGATIVE_INFINITY;
  return async (): Promise<readonly SourceView[] | null> => {
    if (lookToken === undefined || now() < notBefore) return null;
    const call = { port: gatewayPort, path: "/internal/sources", token: lookToken, kept: true };
    const answer = await askJson({ ...call, timeoutMs: NUMBERS.timeoutMs.sources });
    if (answer.kind !== "answered") return null;
    if (answer.status === NO_DOOR) notBefore = now() + NUMBERS.sources.noDoorMs;
    return answer.status === 200 ? readSources(answer.body) : null;
  };
}

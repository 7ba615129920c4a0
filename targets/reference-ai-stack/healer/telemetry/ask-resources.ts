// What a process holds, by its own page of metrics. It is asked for those series alone; one that answers with nothing
// then is asked for all of its page from then on.
import type { Eyes, ResourceView } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { askJson } from "./http-json.ts";
import { readResources, RESOURCE_SERIES, type ResourceLimits } from "./read-answer.ts";

const NAMED = `/metrics?${RESOURCE_SERIES.map((name) => `name[]=${name}`).join("&")}`;

export function createAskResources(limits: ResourceLimits): Eyes["resources"] {
  const nameless = new Set<number>();
  return async (port, replica) => {
    /** Undefined: there was no page. */
    const ask = async (path: string): Promise<ResourceView | null | undefined> => {
      const answer = await askJson({ port, path, timeoutMs: NUMBERS.timeoutMs.resources, kept: true });
      return answer.kind === "answered" && answer.status === 200
        ? readResources(answer.text, limits, replica)
        : undefined;
    };
    const named = nameless.has(port) ? null : await ask(NAMED);
    if (named !== null) return named ?? null;
    const whole = await ask("/metrics");
    if (whole !== undefined) nameless.add(port);
    return whole ?? null;
  };
}

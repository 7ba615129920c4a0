// What the fault proxy does to the edges of one stack right now: every proxy by name, with its toxics.

import { Toxiproxy } from "toxiproxy-node-client";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { SeenEdge } from "../../records/survey.ts";

interface Listed {
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics?: readonly ListedToxic[];
}

interface ListedToxic {
  readonly name: string;
  readonly type: string;
  readonly stream: string;
  readonly toxicity: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** `names`: what the proxy of each edge is called. Throws HarnessError "environment" when the API does not answer. */
export async function surveyEdges(
  apiUrl: string,
  names: Readonly<Record<string, string>>,
): Promise<readonly SeenEdge[]> {
  const all = await new Toxiproxy(apiUrl)
    .getApi()
    .get<Readonly<Record<string, Listed>>>(`${apiUrl}/proxies`)
    .catch((cause: unknown) => {
      // The URL holds a secret: the client's own words may repeat it.
      throw new HarnessError("environment", "the fault proxy does not list its proxies", {
        hint: messageOf(cause).replaceAll(apiUrl, "its API"),
      });
    });
  return Object.entries(names).map(([edge, name]) => {
    const found = all.data[name];
    if (found === undefined) return { edge };
    const { listen, upstream, enabled } = found;
    const toxics = (found.toxics ?? []).map((toxic) => ({ name: toxic.name, what: inWords(toxic) }));
    return { edge, proxy: { listen, upstream, enabled, toxics } };
  });
}

function inWords({ type, stream, toxicity, attributes }: ListedToxic): string {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${type} ${stream} × ${toxicity}, ${sorted.map(([name, value]) => `${name} ${String(value)}`).join(", ")}`;
}

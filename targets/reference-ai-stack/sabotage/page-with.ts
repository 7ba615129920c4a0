// For the defects of what a replica says of itself: its page of metrics, written otherwise.
import type { Servable } from "../common/serve.ts";

/** One series of a page: its name, its labels as they stand there, its value. */
const SERIES = /^([A-Za-z_:][\w:]*)\{([^}]*)\} (\S+)$/gm;

/** Changes what the replica answers at `/metrics`; all else passes as it is. */
export function pageWith(change: (page: string) => string): (app: Servable) => Servable {
  return (app) => ({
    async fetch(request, env) {
      const answer = await app.fetch(request, env);
      if (request.method !== "GET" || new URL(request.url).pathname !== "/metrics" || !answer.ok) return answer;
      const { headers } = answer;
      headers.delete("content-length");
      return new Response(change(await answer.text()), { status: answer.status, headers });
    },
  });
}

/** Writes the series of one name otherwise: `write` gets labels and value, and gives the lines that stand there. */
export function seriesOf(name: string, write: (labels: string, value: number) => string): (page: string) => string {
  return (page) =>
    page.replace(SERIES, (line, found: string, labels: string, value: string) =>
      found === name ? write(labels, Number(value)) : line,
    );
}

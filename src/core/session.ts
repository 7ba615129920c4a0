// Users who do not ask once but take steps, with time to think between them: what a stream of target.yaml says of them,
// and what all its requests are.

import { exactJsonText, parseExactJson } from "./exact-json.ts";
import type { SessionUsers, TrafficSpec } from "./target.ts";

/** What Rebound fills in for each session, beside the fields of the dataset: `{session}` and, in headers, `{key}`. */
export const sessionFields = ["session", "key"] as const;

/** The word for a step that was never asked, since a step before it failed and its user left. */
export const notReached = "not reached";

/** Every request that a stream may send: its own, or those of the steps. */
export function requestsOf(stream: TrafficSpec): readonly TrafficSpec[] {
  const { session } = stream;
  return session === undefined ? [stream] : session.flatMap(({ steps }) => steps.map(({ request }) => request));
}

/** The stream with each of its requests changed, its own first, then those of the steps in their order. */
export function withRequests(stream: TrafficSpec, change: (request: TrafficSpec) => TrafficSpec): TrafficSpec {
  const { session } = stream;
  const own = change(stream);
  if (session === undefined) return own;
  const changed = session.map((users) => ({
    ...users,
    steps: users.steps.map((step) => ({ ...step, request: change(step.request) })),
  }));
  return { ...own, session: changed };
}

/** Requests of a session, in the mean over all users. */
export function requestsPerSession(session: readonly SessionUsers[]): number {
  return session.reduce((sum, { share, steps }) => sum + share * steps.length, 0);
}

/** Bodies of all requests of a stream as JSON text, in the order of `withRequests`; numbers as they were written. */
export function bodiesOf(stream: TrafficSpec): readonly string[] {
  const bodies: string[] = [];
  withRequests(stream, (request) => {
    bodies.push(exactJsonText(request.body));
    return request;
  });
  return bodies;
}

/** The stream with these bodies, as `bodiesOf` gave them; what has none there has none. */
export function withBodies(stream: TrafficSpec, bodies: readonly string[]): TrafficSpec {
  const left = bodies.values();
  return withRequests(stream, (request) => ({ ...request, body: parseExactJson(left.next().value ?? "null") }));
}

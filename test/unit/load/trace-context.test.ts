// Requests of a real load carry a trace context, by the rule that a report works it out by.
import { expect, it } from "vitest";
import { traceIdsOf, traceparentOf } from "../../../src/core/trace-context.ts";
import { END, run, serve, stream } from "./generator-cases.ts";

/** An endpoint that answers, and the headers that it got. */
async function listening() {
  const got: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    got.push(request.headers["traceparent"] as string | undefined);
    stream(response, "hello");
    response.end(END);
  });
  return { url, got };
}

it("each request has the trace context that follows from trial, seed, stream and its number", async () => {
  const { url, got } = await listening();
  const { requests } = await run(url, 5, {}, { seed: 9, trial: "42" });
  const idsOf = traceIdsOf({ trial: "42", seed: 9, stream: "chat" });
  expect(requests.every(({ outcome }) => outcome === "answered")).toBe(true);
  expect(new Set(got)).toEqual(new Set(requests.map(({ id }) => traceparentOf(idsOf(id)))));
  expect(got).toHaveLength(requests.length);
});

it("a context that the target's own headers name is sent instead", async () => {
  const { url, got } = await listening();
  const own = `00-${"ab".repeat(16)}-${"cd".repeat(8)}-00`;
  await run(url, 3, { headers: { Traceparent: own } });
  expect(new Set(got)).toEqual(new Set([own]));
});

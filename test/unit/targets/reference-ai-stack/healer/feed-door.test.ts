import { expect, test } from "vitest";
import { openFeedDoor } from "../../../../../targets/reference-ai-stack/healer/feed-door.ts";
import type { EventType } from "../../../../../targets/reference-ai-stack/healer/governance/journal.ts";
import { serveForTest } from "../../../../support/serve-for-test.ts";

const incident = { id: "inc-1", scope: { service: "vector", replica: "vector-1" }, signals: [] };
const event = (id: string, type: EventType) => ({
  id,
  type,
  time: "2030-01-01T00:00:00Z",
  incident,
  detail: { reasons: [] },
});

/** A feed that refuses its first calls; what it took, and what the healer complained of. */
async function createFeed(refusals: number) {
  const taken: string[] = [];
  const troubles: string[] = [];
  let calls = 0;
  const { port } = await serveForTest((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString()));
    request.on("end", () => {
      calls += 1;
      if (calls <= refusals) return void response.writeHead(500).end();
      taken.push((JSON.parse(body) as { id: string }).id);
      return void response.writeHead(200).end("{}");
    });
  });
  return { taken, troubles, publish: openFeedDoor(port, "shared", (says) => void troubles.push(says)) };
}

test("events reach the feed in the order in which they were said, one that was refused twice too", async () => {
  const { taken, troubles, publish } = await createFeed(2);
  await Promise.all([
    publish(event("1", "detected")),
    publish(event("2", "classified")),
    publish(event("3", "decided")),
  ]);
  expect(taken).toEqual(["1", "2", "3"]);
  expect(troubles).toEqual([]);
});

test("one that is refused again and again holds up no other, and is complained of", async () => {
  const { taken, troubles, publish } = await createFeed(3);
  await Promise.all([publish(event("1", "detected")), publish(event("2", "classified"))]);
  expect(taken).toEqual(["2"]);
  expect(troubles).toEqual(["did not take detected of inc-1: answered 500"]);
});

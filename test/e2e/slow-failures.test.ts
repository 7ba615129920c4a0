// The reference stack under what goes on slowly: sockets that a client never gives back, until the replica would have
// none left, and an embedder whose cache was written over, so that users' questions get other vectors than before.

import { cp, mkdtemp, rm } from "node:fs/promises";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseSync } from "@photostructure/sqlite";
import { expect, it } from "vitest";
import { projectRoot, readStackConfig } from "../../targets/reference-ai-stack/config.ts";
import { MODEL_ID } from "../../targets/reference-ai-stack/embedder/cache.ts";
import { openFeed } from "../programs/bench/healer/feed.ts";
import { bootStack } from "../programs/stack/boot.ts";

const HANDLES = 300;
const SEEN_WITHIN_MS = 90_000;

it("forecasts a leak and recycles the replica before it is full; says that the embedder hands out other vectors than its model computes", async () => {
  const cacheDir = await mkdtemp(join(tmpdir(), "slow-failures-"));
  const sockets: Socket[] = [];
  try {
    await cp(readStackConfig(process.env).cacheDir, cacheDir, { recursive: true });
    writeOverCache(cacheDir);
    const env = () => ({ REPLICA_HANDLE_LIMIT: String(HANDLES) });
    await using stack = await bootStack({ root: projectRoot(), cacheDir, env });
    await using feed = await openFeed([stack.port("supervisor")]);
    const from = performance.now();
    const before = (await stack.inventory()).find(({ replica }) => replica === "inference-2")?.pid;
    const seen = { leak: false };
    const leaking = (async () => {
      while (!seen.leak && sockets.length < HANDLES) {
        const socket = createConnection({ host: "127.0.0.1", port: stack.port("inference_2") });
        socket.on("error", () => undefined);
        sockets.push(socket);
        await sleep(350);
      }
    })();
    const drifted = await feed.next("classified", "embedder", from, SEEN_WITHIN_MS);
    // The model is as ever, and what is kept of it is not. What lies on the disk is no cache that could be cleared.
    expect(drifted?.class).toBe("cache-wrong");
    expect(await feed.next("escalated", "embedder", from, SEEN_WITHIN_MS)).toBeDefined();
    const forecast = await feed.next("classified", "inference-2", from, SEEN_WITHIN_MS);
    seen.leak = true;
    await leaking;
    expect(forecast?.class).toBe("resource-exhausting");
    expect(sockets.length).toBeLessThan(HANDLES);
    // From the forecast on: how long a leak takes until it is told of depends on how busy the machine is.
    const closed = await feed.next("closed", "inference-2", forecast?.at ?? from, SEEN_WITHIN_MS);
    expect(closed, JSON.stringify([feed.ended() ?? "the feed is read", feed.events])).toBeDefined();
    const after = (await stack.inventory()).find(({ replica }) => replica === "inference-2")?.pid;
    expect(after).not.toBe(before);
    expect(new Set(feed.events.map(({ scope }) => scope.replica))).toEqual(new Set(["embedder", "inference-2"]));
  } finally {
    for (const socket of sockets) socket.destroy();
    await rm(cacheDir, { recursive: true, force: true });
  }
});

/** Every vector back to front: as long as before, and of another direction. */
function writeOverCache(cacheDir: string): void {
  const db = new DatabaseSync(join(cacheDir, "embeddings", `${MODEL_ID}.db`));
  const rows = db.prepare("SELECT key, vector FROM embeddings").all() as { key: Uint8Array; vector: Uint8Array }[];
  const update = db.prepare("UPDATE embeddings SET vector = ? WHERE key = ?");
  db.exec("BEGIN");
  for (const { key, vector } of rows) update.run(backToFront(vector), key);
  db.exec("COMMIT");
  db.close();
}

function backToFront(bytes: Uint8Array): Uint8Array {
  const turned = new Float32Array(bytes.slice().buffer).toReversed();
  return new Uint8Array(turned.buffer, turned.byteOffset, turned.byteLength);
}

// The toxic in the author's guide is one that works: it is taken from the page, and used.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { noEffects } from "../../../src/proxy/effects.ts";
import type { Chunk, ToxicKind } from "../../../src/proxy/toxics/toxic.ts";
import { until } from "../../support/sockets.ts";

const proxyDir = resolve(import.meta.dirname, "../../../src/proxy");

it("the toxic of the guide rests after every so many bytes, and keeps them in order", async () => {
  const guide = readFileSync(join(proxyDir, "README.md"), "utf8");
  const code = /```ts\n(?<code>[\s\S]*?)```/.exec(guide)?.groups?.["code"] ?? "";
  const dir = mkdtempSync(join(tmpdir(), "rebound-guide-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const file = join(dir, "pause-every.ts");
  writeFileSync(
    file,
    code.replaceAll('from "../', `from "${proxyDir}/`).replaceAll('from "./', `from "${proxyDir}/toxics/`),
  );
  const { pauseEvery } = (await import(pathToFileURL(file).href)) as { pauseEvery: ToxicKind };

  const passed: { readonly text: string; readonly at: number }[] = [];
  const effects = noEffects("pause", pauseEvery.type);
  const stage = pauseEvery.open(
    { bytes: 4, rest: 30 },
    {
      clock: { now: () => performance.now() },
      random: seededRandom(1, "guide"),
      stream: "upstream",
      effects,
      memory: new Map(),
      watchRequests: () => ({ next: () => undefined, stop: () => undefined }),
      turnTo: () => undefined,
      pass: (chunk: Chunk) => void passed.push({ text: String(chunk.bytes), at: performance.now() }),
    },
  );
  const from = performance.now();
  for (const text of ["ab", "cd", "ef", "gh"]) stage.push({ bytes: Buffer.from(text), arrivedAt: from });
  stage.push({ bytes: null, how: "end", arrivedAt: from });
  await until(() => passed.length === 5);
  expect(passed.map(({ text }) => text)).toEqual(["ab", "cd", "ef", "gh", "null"]);
  expect((passed[1]?.at ?? 0) - from).toBeGreaterThanOrEqual(30);
  expect((passed[3]?.at ?? 0) - from).toBeGreaterThanOrEqual(60);
  expect(effects.chunksDelayed).toBe(3);
  expect(stage.heldBytes()).toBe(0);
});

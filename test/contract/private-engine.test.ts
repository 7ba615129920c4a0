// The tests' own engine: it runs containers without a registry, and leaves nothing, however it ends.

import { once } from "node:events";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { noEngine, nodeImage, openEngine, startPrivate } from "../support/engine.ts";

function commandsWith(text: string): string[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
      return command.includes(text) ? [command] : [];
    } catch {
      return [];
    }
  });
}

describe.skipIf(noEngine !== undefined)("an engine of the tests", () => {
  test("runs node in a container of an image that no registry has", async () => {
    await using engine = await openEngine();
    const command = ["node", "-e", "process.exit(41)"];
    const container = await engine.docker.createContainer({ Image: nodeImage, Cmd: command });
    await container.start();
    expect(await container.wait()).toMatchObject({ StatusCode: 41 });
    await container.remove();
  });

  test("leaves nothing when its program was killed: the next one ends it as it should have ended", async () => {
    const first = await startPrivate();
    const folder = dirname(new URL(first.host).pathname);
    expect(commandsWith(folder).length).toBeGreaterThan(1);
    first.program.kill("SIGKILL");
    await once(first.program, "exit");
    const second = await startPrivate();
    expect(existsSync(folder)).toBe(false);
    await second.end();
    const own = dirname(new URL(second.host).pathname);
    expect([...commandsWith(folder), ...commandsWith(own)]).toEqual([]);
    expect(existsSync(own)).toBe(false);
    expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain("rebound-engine-");
  });
});

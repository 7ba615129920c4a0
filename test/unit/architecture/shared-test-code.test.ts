// What test files share: one way to start a server, and no hook that only the first file that loads it would run.

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const folder = resolve(import.meta.dirname, "../..");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

/** Files whose text fits, with what they are. */
function filesWith(pattern: RegExp): string[] {
  return files.filter((file) => pattern.test(readFileSync(join(folder, file), "utf8")));
}

describe("code that test files share", () => {
  it("is found by the walk", () => expect(files.length).toBeGreaterThan(300));

  it("starts servers for a test in one place; programs and stand-ins of whole processes have their own", () => {
    const own = filesWith(/\bcreateServer\(/).filter((file) => !file.startsWith("programs/"));
    // A stack in memory lives as long as its platform, a script of a process is a text, and a look for a free port
    // serves nobody; a container's program, and a thread's, are texts, too.
    const exempt = ["builders/memory-world.ts", "e2e/reference-stack-fleet.test.ts", "support/container-targets.ts"];
    exempt.push("support/free-port.ts");
    const elsewhere = "unit/targets/reference-ai-stack/healer/detection/starved.test.ts";
    expect(own.toSorted()).toEqual([...exempt, "support/serve-for-test.ts", elsewhere]);
  });

  it("has no hook at its top: files share a process, and a module is loaded once in it", () => {
    const hooks = filesWith(/^(?:before|after)(?:Each|All)\(/m);
    expect(hooks.length).toBeGreaterThan(10);
    expect(hooks.filter((file) => !/\.(?:test|spec)\.ts$/.test(file))).toEqual([]);
  });
});

// `rebound proxy` as its user meets it: what it refuses, with which exit code and words, and that it ends in order.
// Needs `npm run build` before.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeSandbox, startRebound } from "../support/rebound-process.ts";

async function ended(...args: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }> {
  await using sandbox = await makeSandbox();
  const proxy = startRebound(["proxy", "--port", "0", ...args], sandbox);
  const { code } = await proxy.exit;
  return { code, text: proxy.text() };
}

it.each(["0.0.0.0", "::", "192.0.2.1", "example.test"])("an API on %s needs --listen-anywhere", async (host) => {
  const { code, text } = await ended("--host", host);
  expect(code).toBe(3);
  expect(text).toContain(`--host ${host} is not a loopback address`);
  expect(text).toContain("--listen-anywhere");
});

it("an address that this machine does not have is not blamed on the port", async () => {
  const { code, text } = await ended("--host", "192.0.2.1", "--listen-anywhere");
  expect(code).toBe(4);
  expect(text).toContain("choose an address of this machine with --host");
});

it("a config that is no JSON is called that, at its place", async () => {
  await using sandbox = await makeSandbox();
  const file = join(sandbox.out, "../proxies.json");
  await writeFile(file, '[{"name":"a"\n');
  const { code, text } = await ended("--config", file);
  expect(code).toBe(3);
  expect(text).toMatch(/proxies\.json:2:1: .*valid JSON/);
  expect(text).not.toContain("YAML");
});

it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s ends it in order", async (signal) => {
  await using sandbox = await makeSandbox();
  const proxy = startRebound(["proxy", "--port", "0", "--host", "localhost"], sandbox);
  await proxy.says("Ctrl-C ends it");
  proxy.child.kill(signal);
  expect(await proxy.exit).toEqual({ code: 0, signal: null });
});

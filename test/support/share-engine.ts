// Before the tests with real processes: one engine for all files that need one, opened while the stack is prepared. Its
// files then find engine and image there.

import prepareStack from "./prepare-stack.ts";

/** Gives back what ends the engine. */
export default async function shareEngine(): Promise<() => Promise<void>> {
  const [opened, prepared] = await Promise.allSettled([open(), prepareStack()]);
  const failed = [opened, prepared].find((one) => one.status === "rejected");
  const end = opened.status === "fulfilled" ? opened.value : async (): Promise<void> => undefined;
  if (failed === undefined) return end;
  await end();
  throw failed.reason;
}

async function open(): Promise<() => Promise<void>> {
  if (process.env["REBOUND_TEST_ENGINE"] !== "1") return async () => undefined;
  // It refuses to be loaded in CI without that variable; the files with an engine are red then, and no others.
  const { openEngine, sharedHost } = await import("./engine.ts");
  const before = process.env["DOCKER_HOST"];
  const engine = await openEngine();
  process.env[sharedHost] = engine.host;
  // DOCKER_HOST names it only while a file has it open: other tests run as on a machine without one.
  if (before === undefined) delete process.env["DOCKER_HOST"];
  else process.env["DOCKER_HOST"] = before;
  return async () => engine[Symbol.asyncDispose]();
}

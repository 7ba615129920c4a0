// Before the tests with real processes: the reference stack's caches, built once (a minute or more on a new machine),
// so that no single test has to wait for them within its own time limit.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";

export default async function prepareStack(): Promise<void> {
  const script = join(resolve(import.meta.dirname, "../.."), "dist/targets/reference-ai-stack/prepare.js");
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`preparing the reference stack failed (${code}); was it built? npm run build`);
}

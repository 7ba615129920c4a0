// The spinners that keep a guest's cores: there while wanted, gone when let go of, gone when the harness is killed.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventually, projectRoot } from "../support/rebound-process.ts";

const spinner = join(projectRoot, "dist/src/platforms/processes/spin.js");

test("a spinner ends when its parent is killed", async () => {
  const holder = `
    const child = require("node:child_process").spawn(process.execPath, [${JSON.stringify(spinner)}], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    child.once("spawn", () => console.log(child.pid));
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ["-e", holder], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  const pid = Number(line.toString());
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  parent.kill("SIGKILL");
  await eventually(() => (existsSync(`/proc/${pid}`) ? undefined : true), "end of the spinner", 10_000);
});

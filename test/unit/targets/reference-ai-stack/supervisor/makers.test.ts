// Who makes something for a replica is known from its start to its end.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { createMakers } from "../../../../../targets/reference-ai-stack/supervisor/makers.ts";

test("a maker is told of at its replica as long as it runs, and one that could not be made never is", async () => {
  const makers = createMakers();
  const one = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"], { stdio: "ignore" });
  const none = spawn("/no/such/program", { stdio: "ignore" });
  const failed = once(none, "error");
  makers.add("vector-1", one);
  makers.add("vector-1", none);
  await failed;
  expect([makers.of("vector-1"), makers.of("vector-2")]).toEqual([[one.pid], []]);
  const ended = once(one, "exit");
  one.kill("SIGKILL");
  await ended;
  expect(makers.of("vector-1")).toEqual([]);
});

// The kernel ends a container's program for memory on a real engine, and the engine's flag goes on saying so while the
// container runs again.

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { containerOutOfMemory as written } from "../../../src/faults/container/container-out-of-memory.ts";
import { containerNow } from "../../../src/platforms/docker/containers.ts";
import { groupOf } from "../../../src/platforms/docker/group.ts";
import { containerStand } from "../../support/container-stand.ts";
import { noEngine, type TestEngine } from "../../support/engine.ts";
import { testContainerFault } from "../../support/test-container-fault.ts";

const containerOutOfMemory: Fault = written;
const mib = 2 ** 20;
const limited = { Memory: 128 * mib, MemorySwap: 128 * mib };

testContainerFault(containerOutOfMemory, limited);

describe.skipIf(noEngine !== undefined)("container.out-of-memory beside a restart policy", () => {
  const { place, engine, signal } = containerStand("memory");
  test("is healed by a new instance that answers, while the engine's flag still says that it was ended", async () => {
    const host = { ...limited, RestartPolicy: { Name: "on-failure" } };
    const { id, stack, site } = await place({}, { host });
    const { controls } = site;
    const before = await controls.process?.find();
    const undo = await containerOutOfMemory.prepare({}, site);
    expect(await containerOutOfMemory.apply({}, undo, site, signal)).toMatchObject({ confirmed: true });
    await expect.poll(() => controls.process?.find(), { timeout: 60_000 }).toMatch(/^container /);
    expect(await controls.process?.find()).not.toBe(before);
    const status = (): Promise<unknown> =>
      stack.inventory(signal).then(() => fetch(stack.addressOf("vec")).then((answer) => answer.status, String));
    await expect.poll(status, { timeout: 60_000 }).toBe(200);
    expect((await engine().docker.getContainer(id).inspect()).State).toMatchObject({ Running: true, OOMKilled: true });
    expect(await containerOutOfMemory.revert(undo, site, signal)).toMatchObject({ confirmed: true });
  });

  test.each<[string, (id: string) => Promise<unknown>, string]>([
    ["was moved out of its group", (id) => movedOut(engine(), id), "its control group is not to be seen here"],
    [
      "was started again",
      (id) => engine().docker.getContainer(id).restart({ t: 0 }),
      "was gone before its memory was taken",
    ],
  ])("takes nothing of a container that %s since it was looked at", async (_what, change, words) => {
    const { id, site } = await place({}, { host: limited });
    const undo = (await containerOutOfMemory.prepare({}, site)) as { score: string };
    await change(id);
    await expect(containerOutOfMemory.harm({}, undo, site, signal)).rejects.toThrow(words);
    const { Pid: pid } = (await engine().docker.getContainer(id).inspect()).State;
    const [child = ""] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
    expect(readFileSync(`/proc/${child}/oom_score_adj`, "utf8").trim()).toBe(undo.score);
    expect(await containerOutOfMemory.revert(undo, site, signal)).toMatchObject({ confirmed: true });
  });

  test("refuses by name a container without a limit, which would take the machine's memory", async () => {
    const { site } = await place();
    await expect(containerOutOfMemory.prepare({}, site)).rejects.toThrow("it has no memory limit, and would take the");
  });
});

/** Its program is in the group above, where the container's limit does not reach it. */
async function movedOut({ docker: client, host }: TestEngine, id: string): Promise<void> {
  const container = await containerNow({ host, docker: client }, id);
  const group = container && (await groupOf(container, "memory"));
  if (group === undefined) throw new Error(`no control group of ${id}`);
  writeFileSync(join(dirname(dirname(group.folder)), "cgroup.procs"), String(container?.info.State.Pid));
}

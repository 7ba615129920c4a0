// Entry of the process that takes memory in the control group of a container until the kernel ends the container's
// program for it. Started by fork; what it took is free again when it ends, and it ends with its parent.

import { randomBytes } from "node:crypto";
import { openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as breath, setTimeout as delay } from "node:timers/promises";
import { messageOf } from "../../../core/errors.ts";
import { memoryLimitOf } from "../group.ts";
import type { FillOrder, FillReply } from "./protocol.ts";
import { startOf } from "./start-of.ts";

const piece = Buffer.alloc(2 ** 20, 1);
/** The kernel ends the program soon after the last piece that there was room for, or not at all, ms. */
const endsWithinMs = 8_000;
const pollMs = 5;

async function fill({ group, program, started, limit, bytes }: FillOrder): Promise<FillReply> {
  const nothing = { isGone: false, bytes: 0 };
  if (startOf(program) !== started) return { ...nothing, failed: "its program ended meanwhile" };
  if ((await memoryLimitOf(group)) !== limit) return { ...nothing, failed: "its limit was changed meanwhile" };
  const isGone = (): boolean => startOf(program) !== started;
  let taken = 0;
  // Of all in the group the program goes first; what we take is in no process's own memory, so that it is not us.
  writeFileSync(join(program, "oom_score_adj"), "1000");
  writeFileSync(join(group.folder, "cgroup.procs"), "0");
  const path = join("/dev/shm", randomBytes(8).toString("hex"));
  const file = openSync(path, "wx", 0o600);
  rmSync(path);
  while (taken < bytes && !isGone()) {
    try {
      taken += writeSync(file, piece);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === "ENOSPC")
        return { isGone: false, bytes: taken, failed: "/dev/shm is full" };
      // No memory, just now: the kernel looks for whom to end.
      await delay(pollMs);
    }
    await breath();
  }
  const until = performance.now() + endsWithinMs;
  while (!isGone() && performance.now() < until) await delay(pollMs);
  return { isGone: isGone(), bytes: taken };
}

process.once("message", (order: FillOrder) => {
  const failed = (thrown: unknown): FillReply => ({ isGone: false, bytes: 0, failed: messageOf(thrown) });
  void fill(order)
    .catch(failed)
    .then((reply) => process.send?.(reply, () => process.exit(0)));
});
process.once("disconnect", () => process.exit(0));

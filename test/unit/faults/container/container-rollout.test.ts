import { expect, test } from "vitest";
import type { ReleaseControl, ReleaseWhat } from "../../../../src/core/container-controls.ts";
import type { Site } from "../../../../src/core/controls.ts";
import type { Fault } from "../../../../src/core/fault.ts";
import { containerRollout as written } from "../../../../src/faults/container/container-rollout.ts";

const containerRollout: Fault = written;
const signal = new AbortController().signal;

const running = { container: "0123456789abcdef", instance: "container 0123456789ab/1", name: "shop-web-1" };

/** A container in whose place another one is put; `ends`: that one ends by itself. */
function containerWith(how: { none?: true; ends?: boolean } = {}): { site: Site; made: ReleaseWhat[] } {
  const made: ReleaseWhat[] = [];
  let isBack = true;
  const releases: ReleaseControl = {
    look: async () => (how.none ? undefined : running),
    async rollOut(_place, what) {
      made.push(what);
      isBack = false;
    },
    seen: async () => ({
      isBack,
      ...(!isBack && { made: { image: "shop:2", command: [], began: true, ended: how.ends === true } }),
    }),
    async restore() {
      isBack = true;
      return { confirmed: true, seen: "it runs" };
    },
  };
  return { site: { service: "web", replica: "web-1", seed: 7, undoDir: "/nowhere", controls: { releases } }, made };
}

test.each<[string, object, ReleaseWhat]>([
  ["a command that ends at once where nothing is named", {}, { command: ["sh", "-c", "exit 13"] }],
  ["an image with what it runs", { image: "shop:2" }, { image: "shop:2" }],
  ["a command", { command: ["node"] }, { command: ["node"] }],
])("rolls out %s, and knows it again by what is in the undo", async (_what, input, expected) => {
  const { site, made } = containerWith({ ends: true });
  const params = containerRollout.parse(input);
  const undo = await containerRollout.prepare(params, site);
  expect(undo).toEqual({ ...running, from: expect.any(Number) as number, release: "0123456789ab-7" });
  expect(await containerRollout.apply(params, undo, site, signal)).toMatchObject({ confirmed: true });
  expect(made).toEqual([expected]);
  expect(await containerRollout.revert(undo, site, signal)).toMatchObject({ confirmed: true });
});

test("a bad release is not confirmed as long as it runs, and nothing is replaced where nothing runs", async () => {
  const { site } = containerWith();
  const undo = await containerRollout.prepare({}, site);
  await expect(containerRollout.apply({}, undo, site, AbortSignal.timeout(200))).rejects.toThrow("aborted");
  await expect(containerRollout.prepare({}, containerWith({ none: true }).site)).rejects.toThrow(
    "no running container",
  );
});

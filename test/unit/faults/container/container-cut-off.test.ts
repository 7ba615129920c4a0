import { expect, test } from "vitest";
import type { NetworkControl, NetworkPlaces } from "../../../../src/core/container-controls.ts";
import type { Site } from "../../../../src/core/controls.ts";
import { containerCutOff } from "../../../../src/faults/container/container-cut-off.ts";

const signal = new AbortController().signal;
const places: NetworkPlaces = {
  container: "abc",
  port: 8080,
  networks: [{ network: "shop_default", names: ["web"], address: "10.0.0.2" }],
};

/** A container that is in its network or not, and is answered for or not. */
function siteWith(how: { found?: NetworkPlaces | undefined; deaf?: boolean } = {}): { site: Site; log: string[] } {
  const log: string[] = [];
  let isIn = true;
  const networks: NetworkControl = {
    find: async () => ("found" in how ? how.found : places),
    async leave() {
      log.push("leave");
      isIn = false;
    },
    async join() {
      log.push("join");
      isIn = true;
      return { confirmed: true, seen: "in them, at its addresses" };
    },
    isReached: async () => isIn && how.deaf !== true,
  };
  return { site: { service: "web", replica: "web-1", seed: 1, undoDir: "/nowhere", controls: { networks } }, log };
}

test("is confirmed once no connection is taken any more, and its way back says where it stands", async () => {
  const { site, log } = siteWith();
  const undo = await containerCutOff.prepare({}, site);
  expect(undo).toEqual(places);
  expect(await containerCutOff.apply({}, undo, site, signal)).toMatchObject({ confirmed: true });
  expect(await containerCutOff.revert(undo, site, signal)).toEqual({
    confirmed: true,
    expected: "web-1 in shop_default under its names",
    seen: "in them, at its addresses",
  });
  expect(log).toEqual(["leave", "join"]);
});

test("refuses before any harm where nothing answers, and where there is no network to leave", async () => {
  const deaf = siteWith({ deaf: true });
  await expect(containerCutOff.apply({}, places, deaf.site, signal)).rejects.toThrow(
    "nothing answers at the addresses",
  );
  expect(deaf.log).toEqual([]);
  for (const found of [undefined, { ...places, networks: [] }]) {
    await expect(containerCutOff.prepare({}, siteWith({ found }).site)).rejects.toThrow("no running container");
  }
});

import { expect, test } from "vitest";
import { modelRollout } from "../../../src/faults/model/model-rollout.ts";
import { replicaSite, testFault, type FaultStand } from "../../support/test-fault.ts";

testFault(modelRollout, { site: replicaSite, unseen: true, more: ownCases });

const share = { version: "candidate", share: 0.5 };

function ownCases(stand: FaultStand): void {
  const { signal } = stand;

  test("leaves what the loop has rolled back, and what was rolled out with a sibling is taken back once", async () => {
    const site = stand.site();
    const first = await modelRollout.prepare(share, site);
    await modelRollout.apply(share, first, site, signal);
    const second = await modelRollout.prepare(share, site);
    expect(await modelRollout.apply(share, second, site, signal)).toMatchObject({ confirmed: true });
    expect(await modelRollout.revert(second, site, signal)).toMatchObject({ confirmed: true });
    const { models } = site.controls;
    expect((await models?.serving(signal))?.candidate).toBe("candidate");
    expect(await modelRollout.revert(first, site, signal)).toMatchObject({ confirmed: true });
    expect(await modelRollout.revert(first, site, signal)).toMatchObject({ seen: "just that" });
  });

  test("does no harm when somebody else rolls out between look and act, or the version is unknown", async () => {
    const site = stand.site();
    const undo = await modelRollout.prepare({ version: "nobody", share: 0.5 }, site);
    await expect(modelRollout.apply({ version: "nobody", share: 0.5 }, undo, site, signal)).rejects.toThrow("404");
    await site.controls.models?.rollOut("candidate", 0.2, signal);
    await expect(modelRollout.apply(share, undo, site, signal)).rejects.toThrow("somebody else rolls out");
  });

  test("does not call another share than the one that was asked for its effect", async () => {
    const site = stand.site();
    const undo = await modelRollout.prepare(share, site);
    await modelRollout.harm(share, undo, site, signal);
    const harmed = (asked: number) => ({ params: { ...share, share: asked }, undo, before: undefined });
    expect(await modelRollout.observe(harmed(0.5), site, signal)).toMatchObject({ confirmed: true });
    await site.controls.models?.rollOut("candidate", 1, signal);
    const all = await modelRollout.observe(harmed(0.5), site, signal);
    expect(all).toMatchObject({ confirmed: false });
    expect(all.seen).toContain("to 1 of the requests");
    await modelRollout.revert(undo, site, signal);
  });

  test("is done once for all replicas, though the loop has taken it back before its turn at the next one", async () => {
    const site = stand.site();
    const { models } = site.controls;
    const before = await models?.serving(signal);
    const sibling = { ...site, doneAt: "a sibling" };
    const undo = await modelRollout.prepare(share, sibling);
    expect(await modelRollout.apply(share, undo, sibling, signal)).toMatchObject({ confirmed: true });
    expect(await models?.serving(signal)).toEqual(before);
    expect(await modelRollout.revert(undo, sibling, signal)).toMatchObject({ confirmed: true });
  });
  casesOfOthers(stand);
}

function casesOfOthers(stand: FaultStand): void {
  const { signal } = stand;

  test("is not there already where it was rolled out to another share, and goes back to that one", async () => {
    const site = stand.site();
    const { models } = site.controls;
    await models?.rollOut("candidate", 0.2, signal);
    const undo = await modelRollout.prepare(share, site);
    expect(await modelRollout.apply(share, undo, site, signal)).toMatchObject({ confirmed: true });
    expect(await models?.serving(signal)).toMatchObject({ candidate: "candidate", share: 0.5 });
    expect(await modelRollout.revert(undo, site, signal)).toMatchObject({ confirmed: true });
    expect(await models?.serving(signal)).toMatchObject({ candidate: "candidate", share: 0.2 });
  });

  test("leaves what somebody else has rolled out since, and says who is served", async () => {
    const site = stand.site();
    const { models } = site.controls;
    const undo = await modelRollout.prepare(share, site);
    await modelRollout.apply(share, undo, site, signal);
    await models?.restore({ stable: "usual", candidate: { version: "other", share: 0.1 } }, signal);
    const canary = await modelRollout.revert(undo, site, signal);
    expect(canary).toMatchObject({ confirmed: false });
    expect(canary.seen).toContain("somebody has rolled out other");
    expect((await models?.serving(signal))?.candidate).toBe("other");
    await models?.promote?.("other", signal);
    expect(await modelRollout.revert(undo, site, signal)).toMatchObject({ confirmed: false });
    expect((await models?.serving(signal))?.all).toEqual({ stable: "other", candidate: null });
  });

  test("takes back what was promoted, and goes forward again where a loop went too far back", async () => {
    const site = stand.site();
    const { models } = site.controls;
    const before = await models?.serving(signal);
    const promoted = { ...share, promoted: true as const };
    const undo = await modelRollout.prepare(promoted, site);
    expect(await modelRollout.apply(promoted, undo, site, signal)).toMatchObject({ confirmed: true });
    expect((await models?.serving(signal))?.all).toEqual({ stable: "candidate", candidate: null });
    const sibling = await modelRollout.prepare(promoted, site);
    expect(await modelRollout.apply(promoted, sibling, site, signal)).toMatchObject({ confirmed: true });
    expect(await modelRollout.revert(undo, site, signal)).toMatchObject({ confirmed: true });
    expect(await models?.serving(signal)).toEqual(before);
  });

  test("does not take a registry that is away for an ended stack, also where the replica has died", async () => {
    const { controls, ...place } = stand.site();
    const { models, process } = controls;
    if (models === undefined || process === undefined) throw new Error("the stack offers no models");
    const undo = await modelRollout.prepare(share, { ...place, controls });
    await process.signal((await process.find()) ?? "", "SIGKILL");
    await expect.poll(() => process.find()).toBeUndefined();
    const away = { ...models, serving: () => Promise.reject(new Error("no answer in time")) };
    const site = { ...place, controls: { ...controls, models: away } };
    await expect(modelRollout.revert(undo, site, signal)).rejects.toThrow("no answer in time");
  });
}

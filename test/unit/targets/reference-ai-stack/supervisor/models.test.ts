import { Hono } from "hono";
import { expect, test } from "vitest";
import { type Loaded } from "../../../../../targets/reference-ai-stack/common/model-card.ts";
import { registered, rolledBack, rolledOut } from "../../../../../targets/reference-ai-stack/registry/state.ts";
import { Busy } from "../../../../../targets/reference-ai-stack/supervisor/turns.ts";
import { serveForTest } from "../../../../support/serve-for-test.ts";
import { holding, openReplica, openStack, strangeCard, toVersion2 } from "./models-stand.ts";

test("what is rolled out is loaded by the replica, then told to the gateway, then kept for the next start", async () => {
  const { models, told, versions } = await openStack();
  expect(await models().change((state) => rolledOut(state, "extractive-6", 0.25))).toMatchObject({ ok: true });
  expect(versions.names()).toContain("extractive-6");
  expect(told[0]).toMatchObject({ canary: { version: "extractive-6", share: 0.25 } });
  const next = models();
  expect(next.state().serving.canary).toEqual({ version: "extractive-6", share: 0.25 });
  const back = await next.change((state) => rolledBack(state, { version: "extractive-6" }));
  expect(back).toMatchObject({ ok: true });
  await expect.poll(() => versions.names()).toEqual(["extractive-1", "extractive-0"]);
});

test("the gateway hears of a version that is only registered, so that it knows its name", async () => {
  const { models, told } = await openStack();
  const one = models();
  expect(await one.change((state) => registered(state, strangeCard(), "now"))).toMatchObject({ ok: true });
  expect(told[0]?.known).toContain("other-1");
});

test("a version that does not load changes nothing: not the split, not what is loaded, not the file", async () => {
  const { models, told, versions } = await openStack();
  const one = models();
  expect(await one.change((state) => registered(state, strangeCard(), "now"))).toMatchObject({ ok: true });
  told.splice(0);
  const change = await one.change((state) => rolledOut(state, "other-1", 0.5));
  expect(change).toMatchObject({ ok: false, status: 422, reason: expect.stringContaining("none-of-ours") as string });
  expect(told.every(({ canary }) => canary === null)).toBe(true);
  expect(versions.names()).toEqual(["extractive-1", "extractive-0"]);
  expect(models().state().serving.canary).toBeNull();
});

test("a version that a replica refuses for a reason of its own is not rolled out, with that reason", async () => {
  const { models, told } = await openStack((app) =>
    new Hono()
      .put("/internal/models", (c) =>
        c.json({ models: [], leftOut: [{ name: "extractive-2", why: "its weights are torn" }] }),
      )
      .route("/", app),
  );
  expect(await models().change(toVersion2)).toMatchObject({ ok: false, status: 422, reason: "its weights are torn" });
  expect(told.every(({ canary }) => canary === null)).toBe(true);
});

test("a version that no replica has loaded answers nobody, and who asks may ask again", async () => {
  const { models, told, replica } = await openStack();
  await replica.close();
  const one = models();
  const refusal = await one.change(toVersion2);
  expect(refusal).toMatchObject({ ok: false, status: 503, againMs: expect.any(Number) as number });
  expect(one.state().serving.canary).toBeNull();
  expect(told.every(({ canary }) => canary === null)).toBe(true);
  expect(await models([]).change(toVersion2)).toMatchObject({ ok: false, status: 503 });
});

test("what is loaded everywhere already is served again also while no replica answers", async () => {
  const { models, replica, told } = await openStack();
  const one = models();
  expect(await one.change(toVersion2)).toMatchObject({ ok: true });
  await replica.close();
  expect(await one.change((state) => rolledBack(state, { version: "extractive-2" }))).toMatchObject({ ok: true });
  expect(told.at(-1)?.canary).toBeNull();
});

test("a replica that cannot be reached holds nothing up while another has loaded it, and loads it once it can be", async () => {
  const { models, versions, app, replica, serve } = await openStack();
  const other = openReplica();
  const second = await serve(other.app);
  await replica.close();
  expect(await models([replica.port, second.port]).change(toVersion2)).toMatchObject({ ok: true });
  expect(other.versions.names()).toContain("extractive-2");
  expect(versions.names()).not.toContain("extractive-2");
  await serve(app, replica.port);
  await expect.poll(() => versions.names(), { timeout: 10_000 }).toContain("extractive-2");
});

test("what is closed tells nobody any more, also not who was away", async () => {
  const { models, replica, serve } = await openStack();
  await replica.close();
  // Whoever has the port next would be told for ever.
  const heard = { closed: 0, open: 0 };
  const hearing = (who: keyof typeof heard, port = 0) =>
    serveForTest((_request, response) => {
      heard[who] += 1;
      response.destroy();
    }, port);
  await hearing("closed", replica.port);
  const one = models([replica.port, (await serve(openReplica().app)).port]);
  const still = models([(await hearing("open")).port, (await serve(openReplica().app)).port]);
  expect(await one.change(toVersion2)).toMatchObject({ ok: true });
  await expect.poll(() => heard.closed).toBeGreaterThan(3);
  await one.close();
  const before = heard.closed;
  expect(await still.change(toVersion2)).toMatchObject({ ok: true });
  await expect.poll(() => heard.open, { timeout: 5000 }).toBeGreaterThan(6);
  expect(heard.closed).toBe(before);
});

test("what is still to be unloaded of the change before takes no version of the next one away", async () => {
  let go = (): void => undefined;
  const held = new Promise<void>((resolve) => (go = resolve));
  let unloading = 0;
  const isUnloading = ({ others }: Loaded): boolean => {
    const is = others.length === 1 && unloading === 0;
    if (is) unloading += 1;
    return is;
  };
  const { models, versions } = await openStack(holding(held, isUnloading));
  const one = models();
  expect(await one.change(toVersion2)).toMatchObject({ ok: true });
  expect(await one.change((state) => rolledBack(state, { version: "extractive-2" }))).toMatchObject({ ok: true });
  await expect.poll(() => unloading, { timeout: 5000 }).toBe(1);
  expect(await one.change((state) => rolledOut(state, "extractive-3", 0.5))).toMatchObject({ ok: true });
  expect(versions.names()).toContain("extractive-3");
  go();
  // Whatever comes of the old call has come once another one, sent later, is answered.
  expect(await one.change((state) => rolledOut(state, "extractive-3", 0.6))).toMatchObject({ ok: true });
  expect(versions.names()).toContain("extractive-3");
});

test("a replica that starts while a version is rolled out loads the old and the new one", async () => {
  let go = (): void => undefined;
  const held = new Promise<void>((resolve) => (go = resolve));
  let isHeld = false;
  const { models } = await openStack(holding(held, () => (isHeld = true)));
  const one = models();
  const change = one.change(toVersion2);
  await expect.poll(() => isHeld).toBe(true);
  const { stable, others } = one.loaded();
  expect([stable, ...others].map(({ name }) => name)).toEqual(["extractive-1", "extractive-2", "extractive-0"]);
  go();
  expect(await change).toMatchObject({ ok: true });
});

test("a gateway that is away refuses the change for now, and versions stay as they are", async () => {
  const { models, replica, versions } = await openStack();
  const one = models([replica.port], 9);
  expect(await one.change(toVersion2)).toMatchObject({ ok: false, status: 503, againMs: expect.any(Number) as number });
  expect(one.state().serving.canary).toBeNull();
  expect(models().state().serving.canary).toBeNull();
  await expect.poll(() => versions.names()).not.toContain("extractive-2");
});

test("a gateway that is back within two seconds is waited for", async () => {
  const { models, replica, door, serve, gateway, told } = await openStack();
  await door.close();
  const change = models([replica.port], door.port).change(toVersion2);
  await serve(gateway, door.port);
  expect(await change).toMatchObject({ ok: true });
  expect(told[0]).toMatchObject({ canary: { version: "extractive-2" } });
});

test("a change that would have to wait too long for another one is not made, and may be asked for again", async () => {
  let go = (): void => undefined;
  const held = new Promise<void>((resolve) => (go = resolve));
  const { models } = await openStack(holding(held, () => true));
  const one = models();
  const first = one.change(toVersion2);
  const second = one.change((state) => rolledBack(state, { version: "extractive-2" }));
  await expect(second).rejects.toThrow(Busy);
  go();
  expect(await first).toMatchObject({ ok: true });
  expect(one.state().serving.canary?.version).toBe("extractive-2");
});

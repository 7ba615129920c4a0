// Another release of a container on a real engine, and the container of before back in its place, whatever it was made
// with.

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { containerRollout as written } from "../../../src/faults/container/container-rollout.ts";
import { containerStand } from "../../support/container-stand.ts";
import { stubbornCommand } from "../../support/container-targets.ts";
import { nodeImage, noEngine, type TestEngine } from "../../support/engine.ts";
import { revertInFreshProcess, testContainerFault } from "../../support/test-container-fault.ts";

const containerRollout: Fault = written;
const project = "releases";
const volume = "releases-data";

testContainerFault(containerRollout, { RestartPolicy: { Name: "on-failure" } });

describe.skipIf(noEngine !== undefined)("container.rollout to another image", () => {
  const { place, engine, signal } = containerStand(project);
  beforeAll(async () => {
    await engine().docker.createVolume({ Name: volume });
    await engine().docker.getImage(nodeImage).tag({ repo: "released", tag: "2" });
  });
  afterAll(async () => {
    await engine().docker.getImage("released:2").remove();
    await engine().docker.getVolume(volume).remove();
  });

  test("keeps names, mounts, labels and limits in the release, and brings the very container of before back", async () => {
    const mounts = { Mounts: [{ Type: "volume", Source: volume, Target: "/data" }], Memory: 2 ** 28 };
    const { id, site } = await place({ colour: "green" }, { host: mounts });
    const look = async (): Promise<readonly object[]> => {
      const all = await engine().docker.listContainers({ all: true, filters: { label: ["colour=green"] } });
      const infos = await Promise.all(all.map(({ Id }) => engine().docker.getContainer(Id).inspect()));
      return infos.map(({ Name, Config, HostConfig, Mounts, NetworkSettings, State }) => ({
        name: Name,
        runs: State.Running,
        image: Config.Image,
        memory: HostConfig.Memory,
        mounts: Mounts.map(({ Name: of, Destination: at }) => `${of} ${at}`),
        names: NetworkSettings.Networks[`${project}_default`]?.Aliases?.includes("vec"),
      }));
    };
    const [before] = await look();
    const params = containerRollout.parse({ image: "released:2" });
    const undo = await containerRollout.prepare(params, site);
    expect(JSON.stringify(undo)).not.toMatch(/PATH|env/i);
    expect(await containerRollout.apply(params, undo, site, signal)).toMatchObject({ confirmed: true });
    expect(await look()).toContainEqual({ ...before, image: "released:2" });
    expect(await containerRollout.revert(undo, site, signal)).toMatchObject({ confirmed: true });
    expect(await look()).toEqual([before]);
    expect((await engine().docker.getContainer(id).inspect()).State.Running).toBe(true);
  });

  test("gives the release what its own image says, and keeps what the container was asked to have", async () => {
    for (const tag of ["old", "new"]) await imageThatSays(engine(), tag);
    const own = { colour: "red" };
    const { site } = await place(own, { image: "saying:old" });
    const params = containerRollout.parse({ image: "saying:new" });
    const undo = (await containerRollout.prepare(params, site)) as { name: string };
    await containerRollout.harm(params, undo, site, signal);
    const { Config: config } = await engine().docker.getContainer(undo.name).inspect();
    expect(config).toMatchObject({
      Image: "saying:new",
      StopSignal: "SIGUSR2",
      Healthcheck: { Test: ["CMD", "true", "new"] },
      Labels: { said: "new", colour: "red", "com.docker.compose.service": "vec" },
    });
    expect(config.Env).toContain("SAID=new");
    expect(Object.keys(config.ExposedPorts ?? {})).toEqual(["8080/tcp", "9002/tcp"]);
    expect(Object.keys(config.Volumes ?? {})).toEqual(["/new"]);
    expect(await containerRollout.revert(undo, site, signal)).toMatchObject({ confirmed: true });
  });

  test.each(["the same process", "a fresh process"])(
    "is back for good when %s says so, and no step of a roll-out that was given up comes later",
    async (where) => {
      const { site, entry } = await place({ colour: "blue" }, { command: stubbornCommand });
      const { controls } = site;
      const undo = (await containerRollout.prepare({}, site)) as { instance: string; from: number; name: string };
      const over = new AbortController();
      const given = containerRollout.harm({}, undo, site, over.signal).catch((thrown: unknown) => thrown);
      const told = async (): Promise<readonly string[]> =>
        ((await controls.engine?.told(undo.instance, undo.from)) ?? []).map(({ what }) => what);
      await expect.poll(told, { timeout: 60_000 }).toContain("kill");
      const reason = new Error("given up");
      over.abort(reason);
      const evidence = await (where === "a fresh process"
        ? revertInFreshProcess(entry(containerRollout.name, undo))
        : containerRollout.revert(undo, site, signal));
      const after = await controls.process?.find();
      expect(evidence).toEqual({ ...evidence, confirmed: true, seen: `${after} runs as ${undo.name}` });
      expect(after).not.toBe(undo.instance);
      expect(await given).toBe(reason);
      expect(await controls.process?.find()).toBe(after);
      const all = await engine().docker.listContainers({ all: true, filters: { label: ["colour=blue"] } });
      expect(all.map(({ Names }) => Names)).toEqual([[`/${undo.name}`]]);
    },
  );

  test.each([
    ["an image that the engine does not have", {}, "nobody:has", "the engine has no image nobody:has"],
    ["a container that is gone once it ends", { AutoRemove: true }, undefined, "it is removed when it ends"],
  ])("refuses %s, before any harm", async (_what, host, image, words) => {
    const { site } = await place({}, { host });
    await expect(containerRollout.prepare({ image }, site)).rejects.toThrow(words);
  });
});

/** The image `saying:TAG`, which says of all that an image can say something of its own. */
async function imageThatSays({ docker: client }: TestEngine, tag: string): Promise<void> {
  const isNew = tag === "new";
  const changes = [
    `ENV SAID=${tag}`,
    `LABEL said=${tag}`,
    `HEALTHCHECK CMD ["true", "${tag}"]`,
    `EXPOSE ${isNew ? 9_002 : 9_001}`,
    `VOLUME /${tag}`,
  ].join("\n");
  const container = await client.createContainer({
    Image: nodeImage,
    Cmd: ["node"],
    StopSignal: isNew ? "SIGUSR2" : "SIGUSR1",
  });
  await container.commit({ repo: "saying", tag, changes });
  await container.remove();
  onTestFinished(() => client.getImage(`saying:${tag}`).remove({ force: true }));
}

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HarnessError } from "../../../src/core/errors.ts";
import { begin } from "../../../src/init/begin.ts";
import type { Scanner } from "../../../src/init/seen.ts";
import { swarmSeen } from "../../../src/init/scanners/swarm.ts";
import { manager, seenOfSupervisord } from "./recorded.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "rebound-init-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const here: Scanner = {
  name: "supervisord",
  takes: "a socket",
  look: async () => ({ ok: true, seen: seenOfSupervisord() }),
};
const none: Scanner = {
  name: "runit",
  takes: "a folder",
  look: async (where) => ({ ok: false, reason: `nothing at ${where ?? "/service"}` }),
};
const second: Scanner = {
  ...here,
  name: "pm2",
  look: async () => ({ ok: true, seen: { ...seenOfSupervisord(), by: "pm2" } }),
};

const refusalOf = async (name: string, table: readonly Scanner[], from?: string): Promise<HarnessError> =>
  begin(name, { root, table, ...(from !== undefined && { from }) }).then(
    () => Promise.reject(new Error("it was not refused")),
    (thrown: unknown) => thrown as HarnessError,
  );

describe("the first look at a stack", () => {
  it("writes a target and two intents, and tells in what order to go on", async () => {
    const lines = await begin("shop", { root, table: [none, here] });
    expect(await readdir(root, { recursive: true })).toEqual(
      expect.arrayContaining([
        "targets/shop/target.yaml",
        "experiments/shop/process-dies.yaml",
        "experiments/shop/process-hangs.yaml",
      ]),
    );
    expect(lines.filter((line) => /^ {2}\d\./.test(line)).map((line) => line.slice(2, 4))).toEqual([
      "1.",
      "2.",
      "3.",
      "4.",
      "5.",
      "6.",
    ]);
    expect(lines.join("\n")).toMatch(/\d+ guesses in target.yaml/);
    // What is not allowed is not started either.
    const at = (words: string): number => lines.findIndex((line) => line.includes(words));
    expect(at("chaos: allowed")).toBeLessThan(at("rebound up shop"));
  });

  it("sends nobody to publish or start what runs already, and to the labels of a Swarm", async () => {
    const found = swarmSeen({ ...manager, where: "/d.sock" });
    const lines = await begin("kb", { root, table: [{ ...here, look: async () => found }] });
    const text = lines.join("\n");
    expect(text).not.toMatch(/publish the inventory|start command|start and end/);
    expect(text).toMatch(/ {2}3\. ask its owner, .*label rebound\.chaos: allowed/);
  });

  it("never writes over a file: each that is there is named, and nothing else is written", async () => {
    await mkdir(join(root, "targets/shop"), { recursive: true });
    await writeFile(join(root, "targets/shop/target.yaml"), "mine");
    await mkdir(join(root, "experiments/shop"), { recursive: true });
    await writeFile(join(root, "experiments/shop/process-hangs.yaml"), "mine too");
    const { code, problems } = await refusalOf("shop", [here]);
    expect(code).toBe("bad-input");
    expect(problems.map(({ found }) => found.replace(`${root}/`, ""))).toEqual([
      "targets/shop/target.yaml is there already",
      "experiments/shop/process-hangs.yaml is there already",
    ]);
    expect(await readFile(join(root, "targets/shop/target.yaml"), "utf8")).toBe("mine");
    expect(await readdir(join(root, "experiments/shop"))).toEqual(["process-hangs.yaml"]);
  });

  it("says all that is wrong with what was typed at once, before it looks at anything", async () => {
    const { code, problems } = await refusalOf("My Shop", [here], "upstart=/x");
    expect(code).toBe("bad-input");
    expect(problems.map(({ found }) => found)).toEqual(['the name "My Shop"', "--from upstart"]);
    expect(await readdir(root)).toEqual([]);
  });

  it("says of every supervisor why it found none, where none was found", async () => {
    const { message, problems } = await refusalOf("shop", [none, { ...none, name: "pm2" }], "runit=/srv/service");
    expect(message).toBe("nothing was found that supervises a stack; nothing was written");
    expect(problems.map(({ found }) => found)).toEqual(["runit: nothing at /srv/service"]);
    expect((await refusalOf("shop", [none, { ...none, name: "pm2" }])).problems).toHaveLength(2);
  });

  it("chooses none of several stacks, and says how to name one", async () => {
    const { problems } = await refusalOf("shop", [here, second]);
    expect(problems.map(({ suggestion }) => suggestion)).toEqual([
      "name it: --from supervisord=/run/supervisor.sock",
      "name it: --from pm2=/run/supervisor.sock",
    ]);
    expect((await begin("shop", { root, table: [here, second], from: "pm2" }))[0]).toMatch(/^pm2 at/);
  });

  it("writes nothing of a stack of which nothing listens", async () => {
    const deaf: Scanner = { ...here, look: async () => ({ ok: true, seen: seenOfSupervisord({}) }) };
    const { problems } = await refusalOf("shop", [deaf]);
    expect(problems[0]?.expected).toBe("a running service that listens on this machine");
    expect(await readdir(root)).toEqual([]);
  });
});

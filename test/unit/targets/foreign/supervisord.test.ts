// What supervisord 4.3.0 was recorded to answer, and the inventory that is made of it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inventoryOf, wordsOf, type Listed } from "../../../../targets/foreign/supervisord/inventory.ts";
import { fieldOf, valueIn } from "../../../../targets/foreign/supervisord/xml-rpc.ts";

const recorded = (file: string): string =>
  readFileSync(join(import.meta.dirname, "../../../fixtures/supervisors", file), "utf8");
const listed = (file: string): Listed => valueIn(recorded(file)) as unknown as Listed;
const ports = { web: 7991, crashes: 7992 };

describe("what supervisord tells", () => {
  it("is read as it was sent: texts, numbers, lists, structs, and values that are empty", () => {
    const processes = listed("supervisord-processes.xml");
    expect(processes.map(({ name }) => name)).toEqual(["crashes", "later", "once", "web", "worker_00", "worker_01"]);
    expect(processes[3]).toMatchObject({ group: "web", statename: "RUNNING", pid: 25973, spawnerr: "", stop: 0 });
    expect(valueIn(recorded("supervisord-config.xml"))).toMatchObject([
      { name: "crashes", autostart: true, exitcodes: [0], startretries: 3 },
      { name: "later", autostart: false },
      { name: "once" },
      { name: "web" },
      { name: "worker_00" },
      { name: "worker_01" },
    ]);
  });

  it("names its fault where it refuses", () => {
    expect(fieldOf(valueIn(recorded("supervisord-fault.xml")), "faultString")).toBe("UNKNOWN_METHOD");
  });

  it("becomes an inventory of processes: null where none runs, and only of those that have a port", () => {
    expect(inventoryOf(listed("supervisord-processes.xml"), ports).replicas).toEqual([
      { service: "crashes", replica: "crashes", pid: null, port: 7992, version: "1" },
      { service: "web", replica: "web", pid: 25973, port: 7991, version: "1" },
    ]);
  });

  it("says RUNNING of a process that hangs, and has the same inventory: its words are no repair", () => {
    const hung = listed("supervisord-processes-hung.xml");
    expect(wordsOf(hung)["web"]).toEqual({ running: 1, says: "RUNNING" });
    expect(inventoryOf(hung, ports)).toEqual(inventoryOf(listed("supervisord-processes.xml"), ports));
  });

  it("says FATAL once it gave up, and the exit code of that is 0 although the program ended with 1", () => {
    const crashes = listed("supervisord-processes.xml").find(({ name }) => name === "crashes");
    expect(crashes).toMatchObject({ statename: "FATAL", exitstatus: 0, pid: 0 });
  });
});

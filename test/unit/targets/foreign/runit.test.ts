// What runit 2.1.2 was seen to say, and the inventory that is made of it; and how the notes are found in PostgreSQL.

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inventoryOf, statusOf, wordsOf } from "../../../../targets/foreign/runit/status.ts";
import { keyOf, statementsFor, storedNotes, vectorOf } from "../../../../targets/foreign/runit/stored.ts";

/** `sv status` of one that hangs, one after `sv once`, one that is tried again, one that ended, one unsupervised. */
const said = `run: /tmp/stack-1/services/app: (pid 71) 5s
run: /tmp/stack-1/services/haproxy: (pid 72) 5s, want down
finish: /tmp/stack-1/services/tries: (pid 74) 0s
down: /tmp/stack-1/services/postgres: 1s, normally up
fail: /tmp/stack-1/services/gone: runsv not running
`;

describe("what runit says", () => {
  it("is read with its words, its process numbers, and whether a service is started again", () => {
    expect(statusOf(said)).toEqual([
      { name: "app", says: "run", pid: 71, wantsDown: false },
      { name: "haproxy", says: "run", pid: 72, wantsDown: true },
      { name: "tries", says: "finish", pid: null, wantsDown: false },
      { name: "postgres", says: "down", pid: null, wantsDown: false },
      { name: "gone", says: "fail", pid: null, wantsDown: false },
    ]);
  });

  it("becomes an inventory of processes with their files, and only of those that have a port", () => {
    const files = { app: [{ role: "index" }] };
    expect(inventoryOf(statusOf(said), { app: 8000, postgres: 5432 }, files).replicas).toEqual([
      { service: "app", replica: "app", pid: 71, port: 8000, version: "1", files: [{ role: "index" }] },
      { service: "postgres", replica: "postgres", pid: null, port: 5432, version: "1" },
    ]);
    expect(wordsOf(statusOf(said))).toMatchObject({ app: { run: 1 }, postgres: { run: 0, says: "down" } });
  });
});

describe("the notes in PostgreSQL", () => {
  const notes = storedNotes(join(import.meta.dirname, "../../../../targets/foreign/notes.jsonl"));

  it("have a key each, which a user's question leads to", () => {
    expect(notes).toHaveLength(24 * 13);
    expect(new Set(notes.map(({ key }) => key)).size).toBe(notes.length);
    const asked = keyOf(vectorOf("What is the capital of Peru?"));
    expect(notes.find(({ key }) => key === asked)?.text).toBe("The capital of Peru is Lima.");
  });

  it("are written a statement a line, none of which has a quote of its own", () => {
    const lines = statementsFor(notes).trimEnd().split("\n");
    expect(lines).toHaveLength(notes.length + 4);
    for (const line of lines.filter((one) => one.startsWith("INSERT"))) expect(line.split("'")).toHaveLength(9);
  });
});

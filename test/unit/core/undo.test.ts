// A misspelt undo entry is found by the compiler and not by the night in which it would have been needed.

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../..");

/** Where entries are handed over: the log itself, the start of a stack, its preparation; and a platform's own ways. */
const journals = [
  `import type { UndoJournal } from "${root}/src/core/undo.ts";`,
  `import type { UndoLog } from "${root}/src/trial/undo-log.ts";`,
  `import type { startGuarded } from "${root}/src/platforms/processes/guarded-start.ts";`,
  `import type { PrepareHow } from "${root}/src/core/platform.ts";`,
  `import type { EdgesOptions } from "${root}/src/platforms/toxiproxy/open-edges.ts";`,
  `import type { waysInto } from "${root}/src/platforms/processes/ways.ts";`,
  `declare const journal: UndoJournal;`,
  `declare const log: UndoLog;`,
  `declare const start: Parameters<typeof startGuarded>[2];`,
  `declare const prepare: PrepareHow["journal"];`,
  `declare const ways: ReturnType<typeof waysInto>;`,
  `declare const edges: EdgesOptions["journal"];`,
];

const rightEntries = [
  `{ kind: "platform", platform: "processes", what: "a folder", way: { kind: "directory" } }`,
  `{ kind: "fault", fault: "f", site: { service: "s", replica: "r" }, seed: 1, undoDir: "/u", undo: null, handle: {} }`,
];

const wrongEntries = [
  `{ kind: "platform", what: "a folder", way: {} }`,
  `{ kind: "platform", platform: "processes", way: {} }`,
  `{ kind: "platform", platform: "processes", what: "a folder", how: {} }`,
  `{ kind: "process", marker: "m" }`,
  `{ kind: "fault", fault: "f", site: { replica: "r" }, seed: 1, undoDir: "/u", undo: null, handle: {} }`,
  `"process"`,
  `{}`,
];

const proxies = `{ kind: "proxies", apiUrl: "http://127.0.0.1:1", prefix: "p-" }`;
const rightWays = [
  `{ kind: "process", marker: "m" }`,
  `{ kind: "process", marker: "m", pid: 1, startTime: "2" }`,
  `{ kind: "directory", path: "/tmp/a", marker: "m" }`,
  proxies,
];

const wrongWays = [
  `{ kind: "proces", marker: "m" }`,
  `{ kind: "process", maker: "m" }`,
  `{ kind: "process", marker: "m", pid: "1" }`,
  `{ kind: "process", marker: "m", starttime: "2" }`,
  `{ kind: "directory", folder: "/tmp/a", marker: "m" }`,
  `{ kind: "proxies", apiUrl: "http://127.0.0.1:1" }`,
  `"process"`,
  `{}`,
];

/** Line numbers, from 1, on which the compiler finds something wrong. */
async function linesRefused(lines: readonly string[]): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), "undo-types-"));
  try {
    const options = {
      typeRoots: [join(root, "node_modules/@types")],
      allowImportingTsExtensions: true,
      rewriteRelativeImportExtensions: false,
    };
    const config = {
      extends: join(root, "tsconfig.json"),
      compilerOptions: options,
      include: [],
      files: ["entries.ts"],
    };
    await writeFile(join(folder, "entries.ts"), lines.join("\n"));
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    const said = await new Promise<string>((done) => {
      const args = [join(root, "node_modules/typescript/bin/tsc"), "--noEmit", "--pretty", "false", "-p", folder];
      execFile(process.execPath, args, { cwd: folder }, (_error, stdout, stderr) => done(stdout + stderr));
    });
    const places = [...said.matchAll(/^(\S+)\((\d+),\d+\): error /gm)];
    // Anything that it says of another file, or of no file, means that the question was not asked.
    expect(said.split("\n").filter((line) => line.includes("error"))).toHaveLength(places.length);
    expect(places.filter(([, file]) => !String(file).endsWith("entries.ts"))).toEqual([]);
    return [...new Set(places.map(([, , line]) => Number(line)))];
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("a misspelt undo entry does not compile, wherever entries are handed over, and a right one does", async () => {
  const callsOf = (names: readonly string[], right: readonly string[], wrong: readonly string[]) =>
    names.flatMap((name) => [
      ...right.map((entry) => ({ text: `void ${name}.intend(${entry});`, refused: false })),
      ...wrong.map((entry) => ({ text: `void ${name}.intend(${entry});`, refused: true })),
    ]);
  const calls = [
    ...callsOf(["journal", "log", "start", "prepare"], rightEntries, wrongEntries),
    ...callsOf(["ways"], rightWays, wrongWays),
    ...callsOf(["edges"], [proxies], [...wrongWays, `{ kind: "process", marker: "m" }`]),
  ];
  const refused = calls.flatMap((call, at) => (call.refused ? [journals.length + at + 1] : []));
  expect(await linesRefused([...journals, ...calls.map(({ text }) => text)])).toEqual(refused);
});

// Walks every import and fails on a broken wall, and on a scan that saw nothing.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");

/** Rooms of src that a room may import besides itself; `*` is everything but cli, which nobody imports. */
const allowed: Record<string, readonly string[]> = {
  cli: ["*"],
  run: ["*"],
  agent: ["core", "lib", "load", "records"],
  init: ["core", "lib", "platforms", "store"],
  reporters: ["core", "records", "report", "store"],
  trial: ["core", "lib", "measure", "records", "store"],
  faults: ["core", "records"],
  probes: ["core", "language", "lib", "records"],
  load: ["core", "lib", "records"],
  platforms: ["core", "lib", "records"],
  proxy: ["core", "language"],
  import: ["core", "language"],
  plan: ["core", "records"],
  language: ["core"],
  measure: ["core", "language", "records"],
  intent: ["core", "language", "target", "records"],
  target: ["core", "language", "records"],
  store: ["core", "lib", "records"],
  history: ["core", "lib", "records", "store"],
  verdict: ["core", "language", "measure", "records"],
  report: ["core", "measure", "verdict", "records"],
  records: ["core"],
  core: ["records"],
  lib: [],
};
const pureRooms = new Set(["core", "import", "records", "language", "plan", "measure", "verdict", "report"]);
const machineRooms = new Set([
  "lib",
  "platforms",
  "proxy",
  "probes",
  "load",
  "agent",
  "store",
  "history",
  "run",
  "init",
  "reporters",
  "cli",
]);
/** Node modules that only compute or wait; the other rooms outside machineRooms may use these. */
const harmlessModules = new Set(["node:timers/promises", "node:path", "node:crypto", "node:util"]);
// A quote or `fault:` before it: the name of a fault, such as "process.kill".
const impure =
  /\b(?:Date\.now|Math\.random|setTimeout|setInterval|setImmediate|performance\.now|new Date\(\)|(?<!"|fault: )process\.)/;

interface Imported {
  readonly file: string;
  readonly from: string;
}

export function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function importsOf(file: string): Imported[] {
  const text = readFileSync(join(root, file), "utf8");
  const found = text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)["']([^"']+)["']/g);
  return [...found].map((match) => ({ file, from: match[1] ?? "" }));
}

/** Where a relative import leads, from the project's root; undefined for a package. */
function destination(imported: Imported): string | undefined {
  if (!imported.from.startsWith(".")) return undefined;
  return relative(root, resolve(root, dirname(imported.file), imported.from));
}

function roomOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "");
}

const sources = filesBelow("src");
const targets = filesBelow("targets");
const sourceImports = sources.flatMap(importsOf);
const targetImports = targets.flatMap(importsOf);

/** Lines of src/cli at most for each command: arguments, exit codes and printing need no more. */
const mostLinesPerCommand = 50;
/** Who needs a platform, or this machine, asks the table. */
const platformTable = "src/platforms/index.ts";

describe("the walls", () => {
  it("are tested on a scan that sees every room and many imports", () => {
    expect(new Set(sources.map(roomOf))).toEqual(new Set(Object.keys(allowed)));
    expect(sourceImports.length).toBeGreaterThan(200);
    expect(targetImports.length).toBeGreaterThan(50);
  });

  it("are those of the table in src/README.md", () => {
    const rows = readFileSync(join(root, "src/README.md"), "utf8").matchAll(/^\| (`[^|]*`) \| [^|]* \| ([^|]*) \|$/gm);
    const words: Readonly<Record<string, readonly string[]>> = { "nothing of ours": [], "everything but cli": ["*"] };
    const named = [...rows].flatMap(([, rooms = "", text = ""]) => {
      const may = words[text] ?? text.replace(" (types alone)", "").split(", ");
      return [...rooms.matchAll(/`(\w+)`/g)].map(([, room = ""]) => [room, may.toSorted()] as const);
    });
    const sorted = Object.entries(allowed).map(([room, may]) => [room, may.toSorted()] as const);
    expect(Object.fromEntries(named)).toEqual(Object.fromEntries(sorted));
    expect(named.length).toBe(sorted.length);
  });

  it("between the rooms of src hold", () => {
    const broken = sourceImports.filter((imported) => {
      const to = destination(imported);
      if (to === undefined || !to.startsWith("src/")) return false;
      const room = roomOf(imported.file);
      const rooms = allowed[room] ?? [];
      const may = rooms.includes("*") ? roomOf(to) !== "cli" : rooms.includes(roomOf(to));
      return roomOf(to) !== room && !may;
    });
    expect(broken).toEqual([]);
  });

  it("lead to platforms by their table alone", () => {
    const outside = sourceImports.filter(({ file }) => roomOf(file) !== "platforms");
    const leading = outside.filter((imported) => destination(imported)?.startsWith("src/platforms/"));
    expect(leading.length).toBeGreaterThan(2);
    expect(leading.filter((imported) => destination(imported) !== platformTable)).toEqual([]);
  });

  it("leave the command line no room for anything but arguments, exit codes and printing", () => {
    const files = sources.filter((file) => roomOf(file) === "cli");
    expect(files.length).toBeGreaterThan(10);
    const texts = files.map((file) => readFileSync(join(root, file), "utf8"));
    const commands = texts.flatMap((text) => text.match(/\.command\("/g) ?? []).length;
    expect(commands).toBeGreaterThan(15);
    const lines = texts.reduce((sum, text) => sum + text.split("\n").length - 1, 0);
    expect(lines).toBeLessThanOrEqual(commands * mostLinesPerCommand);
  });

  it("let core name the types of records, and records take values from few files of core", () => {
    const values = new Set(["src/core/arms.ts", "src/core/units.ts", "src/core/duration.ts", "src/core/errors.ts"]);
    const taken = sourceImports.filter(({ file }) => roomOf(file) === "records").flatMap((it) => destination(it) ?? []);
    expect(taken.filter((to) => roomOf(to) === "core" && !values.has(to))).toEqual([]);
    expect(taken.length).toBeGreaterThan(20);
    const ofCore = sources
      .filter((file) => roomOf(file) === "core")
      .map((file) => readFileSync(join(root, file), "utf8"));
    const imports = ofCore.flatMap((text) => [...text.matchAll(/^(import|export) [^;]*from "\.\.\/records\/[^;]*;/gm)]);
    expect(imports.length).toBeGreaterThan(5);
    expect(imports.map(([line]) => line).filter((line) => !/^(import|export) type /.test(line))).toEqual([]);
  });

  it("let nobody hand on what another module exports: a thing has one place from which it is taken", () => {
    const handing = sources.filter((file) =>
      /^export (type )?(\{[^}]*\}|\*[^"]*)( from |;)/m.test(readFileSync(join(root, file), "utf8")),
    );
    expect(handing).toEqual([]);
  });

  it("let a platform import what platforms share, and no other platform", () => {
    const shared = ["starting", "target-http", "toxiproxy"];
    const inner = sourceImports.flatMap(({ file, from }) => {
      const [, room, folder] = destination({ file, from })?.split("/") ?? [];
      const inside = roomOf(file) === "platforms" && room === "platforms";
      return inside && folder !== undefined && !folder.endsWith(".ts") ? [{ file, folder }] : [];
    });
    expect(inner.map(({ folder }) => folder)).toEqual(expect.arrayContaining(["processes", ...shared]));
    const broken = inner.filter(({ file, folder }) => {
      const own = file.startsWith(`src/platforms/${folder}/`);
      return !own && file !== platformTable && !shared.includes(folder);
    });
    expect(broken).toEqual([]);
  });

  it("keep src a stranger to every target", () => {
    expect(sourceImports.filter((imported) => destination(imported)?.startsWith("targets/"))).toEqual([]);
    const named = sources.filter((file) =>
      /reference-ai-stack|targets\/echo/.test(readFileSync(join(root, file), "utf8")),
    );
    expect(named).toEqual([]);
  });

  it("keep every target a stranger to src, to other targets, to experiments and reports", () => {
    const broken = targetImports.filter((imported) => {
      const to = destination(imported);
      return to !== undefined && !to.startsWith(`targets/${roomOf(imported.file)}/`);
    });
    expect(broken).toEqual([]);
  });

  it("keep the harness's words out of the healer's sight", () => {
    const healer = targets.filter((file) => file.includes("/healer/"));
    expect(healer.length).toBeGreaterThan(10);
    const peeking = healer.filter((file) =>
      /rebound|toxiproxy|toxic|experiment/i.test(readFileSync(join(root, file), "utf8")),
    );
    expect(peeking).toEqual([]);
  });

  it("let pure rooms import nothing that acts", () => {
    const pure = sourceImports.filter(({ file }) => pureRooms.has(roomOf(file)));
    const leading = pure.filter((imported) => destination(imported)?.startsWith("src/"));
    expect(leading.length).toBeGreaterThan(300);
    expect(leading.filter((imported) => !pureRooms.has(roomOf(destination(imported) ?? "")))).toEqual([]);
  });

  it("keep pure rooms free of the machine, the clock and chance", () => {
    const pure = sources.filter((file) => pureRooms.has(roomOf(file)));
    expect(pure.length).toBeGreaterThan(30);
    const nodeModules = pure.flatMap(importsOf).filter((imported) => imported.from.startsWith("node:"));
    expect(nodeModules).toEqual([]);
    const dirty = pure.filter((file) => impure.test(withoutComments(readFileSync(join(root, file), "utf8"))));
    expect(dirty).toEqual([]);
  });

  it("let only the machine rooms touch the machine, and only cli and a process of our own print or exit", () => {
    const outside = sources.filter((file) => !machineRooms.has(roomOf(file)));
    const touching = outside
      .flatMap(importsOf)
      .filter((imported) => imported.from.startsWith("node:") && !harmlessModules.has(imported.from));
    expect(touching).toEqual([]);
    const printing = sources.filter(
      (file) =>
        roomOf(file) !== "cli" &&
        !file.endsWith("/main.ts") &&
        /\bprocess\.(exit\(|stdout)|\bconsole\.\w+\(/.test(withoutComments(readFileSync(join(root, file), "utf8"))),
    );
    expect(printing).toEqual([]);
  });
});

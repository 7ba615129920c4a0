// A small sound experiment of Chaos Toolkit, and what becomes of it or of a variant.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { HarnessError } from "../../../src/core/errors.ts";
import { importFile, type ImportOptions } from "../../../src/run/import-file.ts";

/** A folder for each test. */
export const folder = { path: "" };

export function inFolders(): void {
  beforeEach(async () => {
    folder.path = await mkdtemp(join(tmpdir(), "rebound-import-"));
  });
  afterEach(() => rm(folder.path, { recursive: true, force: true }));
}

export const users = {
  name: "users",
  type: "probe",
  tolerance: 200,
  provider: { type: "http", url: "http://shop/v1/ask" },
};
export const pkill = {
  name: "kill",
  type: "action",
  provider: { type: "process", path: "pkill", arguments: "-9 vector" },
};

/** A small sound experiment, with what a case changes of it. */
export function experiment(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify(
    {
      title: "A replica is lost",
      description: "Answers go on when one replica is lost.",
      "steady-state-hypothesis": { title: "well", probes: [users] },
      method: [pkill],
      rollbacks: [],
      ...changes,
    },
    null,
    2,
  );
}

export const withProbes = (...probes: readonly unknown[]): string =>
  experiment({ "steady-state-hypothesis": { title: "well", probes } });
export const python = (name: string, args: unknown): unknown => {
  const cut = name.lastIndexOf(".");
  const provider = { type: "python", module: name.slice(0, cut), func: name.slice(cut + 1), arguments: args };
  return { name, type: "action", provider };
};

export interface Came {
  readonly lines: readonly string[];
  readonly text: string;
}

export async function imported(text: string, options: Partial<ImportOptions> = {}): Promise<Came> {
  const file = join(folder.path, "experiment.json");
  const out = join(folder.path, "experiments/from/it.yaml");
  await writeFile(file, text);
  const map = new Map([["http://shop", "users"], ...(options.map ?? [])]);
  const lines = await importFile("chaostoolkit", file, {
    target: "reference-ai-stack",
    rate: "20/s",
    out,
    ...options,
    map,
  });
  return { lines, text: await readFile(out, "utf8") };
}

export const refusalOf = async (text: string, options: Partial<ImportOptions> = {}): Promise<HarnessError> =>
  imported(text, options).then(
    ({ text: made }) => Promise.reject(new Error(`it was not refused: ${made}`)),
    (thrown: unknown) => thrown as HarnessError,
  );
export const said = ({ problems }: HarnessError): string =>
  problems.map(({ place, found, suggestion }) => `${place?.line}:${place?.column} ${found}; ${suggestion}`).join("\n");
export const noteAt = ({ lines }: Came, pointer: string): string | undefined =>
  lines.find((line) => line.split(/ {2,}/)[2] === pointer)?.trim();

// The reader of the build before "the content says what became of a request", taken from the repository's history and
// built by this checkout's compiler, so that both are measured side by side.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** The commit measured against. */
export const FORMER = "58635cc";

interface FormerReader {
  push(bytes: Uint8Array): void;
  fault(): string | undefined;
  contains(text: string): boolean;
}

export interface FormerBuild extends Disposable {
  make(stream: "sse" | "whole"): FormerReader;
}

const root = resolve(import.meta.dirname, "../../../../..");

/** Builds it into a temporary folder, which goes with the build. Throws when the history does not reach so far back. */
export async function buildFormer(): Promise<FormerBuild> {
  const folder = mkdtempSync(join(tmpdir(), "former-reader-"));
  const remove = (): void => rmSync(folder, { recursive: true });
  try {
    extract(folder);
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), '{"type":"module"}\n');
    writeFileSync(
      join(folder, "tsconfig.former.json"),
      JSON.stringify({
        extends: "./tsconfig.json",
        compilerOptions: { noEmit: false, outDir: "dist", rootDir: ".", allowImportingTsExtensions: false },
        include: [],
        files: ["src/load/answer.ts"],
      }),
    );
    execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.former.json"], {
      cwd: folder,
      stdio: ["ignore", "inherit", "inherit"],
    });
    const path = join(folder, "dist/src/load/answer.js");
    const built = (await import(pathToFileURL(path).href)) as { makeAnswerReader: FormerBuild["make"] };
    return { make: built.makeAnswerReader, [Symbol.dispose]: remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function extract(folder: string): void {
  let archive: Buffer;
  try {
    archive = execFileSync("git", ["archive", FORMER, "src/load", "src/core", "tsconfig.json"], {
      cwd: root,
      maxBuffer: 64 * 1_048_576,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const hint = "fetch the whole history first: git fetch --unshallow";
    throw new Error(`commit ${FORMER}, which is measured against, is not in this clone; ${hint}`, { cause: error });
  }
  execFileSync("tar", ["-x", "-C", folder], { input: archive });
}

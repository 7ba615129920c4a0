// Makes a folder and those above it. Node's own way (`recursive`) never returns where a folder says "not there" to
// everything that one would make in it, such as /proc (seen on Node 20).

import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** Harmless when it is there. Rejects with the system's error; "ENOTDIR" when something else is there. */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  const code = await tryMake(path, mode);
  if (code === "ENOENT" && dirname(resolve(path)) !== resolve(path)) {
    await makeFolder(dirname(resolve(path)), mode);
    const again = await tryMake(path, mode);
    if (again !== undefined) throw failure(again, path);
  } else if (code !== undefined) throw failure(code, path);
}

/** The system's code of why not; undefined when the folder is there now. */
async function tryMake(path: string, mode: number): Promise<string | undefined> {
  try {
    await mkdir(path, { mode });
    return undefined;
  } catch (thrown) {
    const { code = "EIO" } = thrown as NodeJS.ErrnoException;
    if (code !== "EEXIST") return code;
    return (await stat(path)).isDirectory() ? undefined : "ENOTDIR";
  }
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: cannot make the folder ${path}`), { code });
}

// What `handleSummary` of a script returns: texts by the names of files. They are kept below the trial's own folder,
// and nowhere else; what a script would write elsewhere is refused, whole.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { textHiderOf } from "../../../core/hide-keys.ts";

const mostFiles = 20;
const mostBytes = 4 * 1024 * 1024;
/** Shorter values are no secrets, and stand everywhere. */
const shortestSecret = 6;

/** Nothing is printed: of many trials nobody would know whose it is. */
const streams: Readonly<Record<string, string>> = { stdout: "stdout.txt", stderr: "stderr.txt" };

/** Writes them, without the values of `secrets`. Throws what is wrong with them; then none is written. */
export async function keepOutputs(returned: unknown, dir: string, secrets: readonly string[]): Promise<void> {
  const outputs = checked(returned);
  const hide = textHiderOf(secrets.filter((one) => one.length >= shortestSecret));
  for (const [path, text] of outputs) {
    const file = join(dir, path);
    await mkdir(dirname(file), { recursive: true });
    // The folder is the trial's alone: what is there already is none of this script's.
    await writeFile(file, hide(text), { flag: "wx", mode: 0o600 });
  }
}

function checked(returned: unknown): ReadonlyMap<string, string> {
  if (returned === undefined || returned === null) return new Map();
  if (typeof returned !== "object" || Array.isArray(returned)) throw new Error("it returned no object of texts");
  const entries = Object.entries(returned as Readonly<Record<string, unknown>>);
  if (entries.length > mostFiles) throw new Error(`it returned ${entries.length} files; at most ${mostFiles} are kept`);
  const outputs = new Map<string, string>();
  for (const [name, text] of entries) {
    if (typeof text !== "string") throw new Error(`it returned what is no text for ${JSON.stringify(name)}`);
    const path = Object.hasOwn(streams, name) ? (streams[name] ?? name) : name;
    if (!isBelow(path)) {
      const expected = "names of files below the trial's folder, such as summary.json, stdout or stderr";
      throw new Error(`it would write ${JSON.stringify(name)}; expected ${expected}`);
    }
    if (outputs.has(path)) throw new Error(`it returned ${path} twice`);
    outputs.set(path, text);
  }
  const bytes = [...outputs.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > mostBytes) throw new Error(`it returned ${bytes} bytes; at most ${mostBytes} are kept`);
  return outputs;
}

/** Names that every file system has: no way up, none that is absolute. */
function isBelow(path: string): boolean {
  const parts = path.split("/").filter((part, index) => !(index === 0 && part === "."));
  return path.length <= 200 && parts.length > 0 && parts.every((part) => /^[\w-][\w.-]*$/.test(part));
}

// Ends processes of ours that work in a folder: workers of a runner that was ended by force, and their browser.

import { readdir, readFile } from "node:fs/promises";

/** A process that is being born while another one is ended is found the next time. */
const MOST_LOOKS = 20;

/**
 * Ends every process of this machine whose environment or arguments name the folder, but for this one. Resolves
 * when a look finds none.
 */
export async function endBelow(folder: string): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    if ((await endOnce(folder)) === 0) return;
  }
}

/** How many there were. */
async function endOnce(folder: string): Promise<number> {
  const names = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const ended = await Promise.all(
    names.filter((name) => Number(name) !== process.pid).map(async (name) => endIfBelow(name, folder)),
  );
  return ended.filter(Boolean).length;
}

/** True when it was one. One that has ended, and that nobody has asked about yet, names nothing any more. */
async function endIfBelow(name: string, folder: string): Promise<boolean> {
  const texts = ["cmdline", "environ"].map((file) => readFile(`/proc/${name}/${file}`, "utf8").catch(() => ""));
  const isBelow = (await Promise.all(texts)).some((text) => text.includes(folder));
  if (!isBelow) return false;
  try {
    process.kill(Number(name), "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
  return true;
}

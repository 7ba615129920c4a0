// Who made a file, in its name: so that whoever finds it later knows whether its maker still works on it. A pid alone
// is given to others once its process is gone; in a container the first process has the same one after each start.
import { readFileSync } from "node:fs";

/** `<pid>` and, where Linux says it, `t<start>` of a process: no other has the same, before the machine starts anew. */
export function markOf(pid: number): string {
  const start = startOf(pid);
  return start === undefined ? `${pid}` : `${pid}t${start}`;
}

/** Of this process. */
export const OWN_MARK = markOf(process.pid);

/** A mark as it stands in a name; for regular expressions. */
export const MARK = String.raw`\d+(?:t\d+)?`;

/** Does the process of this mark run? One without a start is taken for the one that has the pid now. */
export function isRunning(mark: string): boolean {
  const [pid = "", start] = mark.split("t");
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const now = startOf(Number(pid));
  return start === undefined || now === undefined || now === start;
}

/** When it began, in ticks since the machine started: the 22nd field of `/proc/<pid>/stat` (proc(5)). */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name of the program is in brackets, and may hold blanks and brackets itself.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

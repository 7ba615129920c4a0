// Who may speak of this machine's process numbers and addresses: every other file works on any platform.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
const files = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => relative(root, join(entry.parentPath, entry.name)));

/** Also in comments: what is only told there is believed too. */
function filesWith(word: RegExp): string[] {
  return files.filter((file) => word.test(readFileSync(join(root, file), "utf8"))).toSorted();
}

/** The platform whose stacks are processes. */
const processes = "src/platforms/processes/";

/** Our own processes run on this machine whatever platform a stack runs on, and old runs are all of processes. */
const ownProcesses = [
  // What the harness asks of its own machine.
  "src/core/host.ts",
  // Load and proxy, as we fork and end them.
  "src/lib/proc.ts",
  "src/load/journeys/end-below.ts",
  "src/load/journeys/leash.ts",
  "src/load/journeys/main.ts",
  "src/load/journeys/source.ts",
  "src/load/k6/main.ts",
  "src/load/k6/own/own-k6.ts",
  "src/load/k6/own/process-limits.ts",
  "src/load/main.ts",
  "src/load/start.ts",
  "src/platforms/docker/door/door-process.ts",
  "src/platforms/toxiproxy/proxy-process.ts",
  "src/proxy/main.ts",
  // The harness that owns a run or a lock, its watchdog, and who takes back what it left.
  "src/run/guard.ts",
  "src/run/restore/abandoned.ts",
  "src/run/restore/restore-runs.ts",
  "src/run/restore/restore-words.ts",
  "src/run/restore/undoing.ts",
  "src/run/stopping/stop-runs.ts",
  "src/run/watchdog/main.ts",
  "src/run/watchdog/order.ts",
  "src/run/watchdog/watchdog.ts",
  "src/store/active-runs.ts",
  "src/store/restore-lock.ts",
  // What earlier builds wrote.
  "src/records/former-names.ts",
].toSorted();

/** What supervisors of this machine answer has fields of that name; they are read there and go no further. */
const ofSupervisors = ["src/init/scanners/pm2.ts", "src/init/scanners/supervisord.ts"];

describe("the words of one machine", () => {
  it("are looked for in every file of src", () => {
    expect(files.length).toBeGreaterThan(300);
    expect(filesWith(/\bpid\b/i).filter((file) => file.startsWith(processes)).length).toBeGreaterThan(10);
  });

  it("leave process numbers to the platform of processes, and to the files of our own processes", () => {
    // A server labels its metrics so, on whatever platform it runs; and the format of trace events has a field of that
    // name, in which one trial is one process.
    const labels = ["src/probes/metrics/catalogue.ts", "src/report/trace-events.ts", ...ofSupervisors];
    // A crash goes past the engine, to the container's main process; and its limits are read where that process is.
    labels.push("src/platforms/docker/main-process.ts", "src/platforms/docker/group.ts");
    // The engine has no order that ends a command in a container.
    labels.push("src/platforms/docker/run-inside.ts");
    // A container in the machine's network is made under its process numbers; compose files have a key of that name.
    labels.push("src/platforms/docker/hosted/run-compose.ts", "src/platforms/starting/run-program.ts");
    labels.push("src/target/compose-file.ts", "src/target/compose-schema.ts");
    // The same of a task, whose process the manager names; and a node's network, entered by its engine's process.
    const swarm = ["cluster", "node-link", "process-control"];
    labels.push(...swarm.map((name) => `src/platforms/docker/swarm/${name}.ts`));
    const found = filesWith(/\bpids?\b|Pids?\b|pid[A-Z]/).filter((file) => !labels.includes(file));
    expect(found.filter((file) => !file.startsWith(processes))).toEqual(ownProcesses);
  });

  it("leave the name and the number of this machine to one file, and to the client that asks nobody else", () => {
    // lib imports nothing of ours.
    expect(filesWith(/127\.0\.0\.1|localhost/)).toEqual(["src/core/addresses.ts", "src/lib/ask.ts"]);
  });

  it("leave what a target runs to its platform: no file of our own processes knows a replica", () => {
    const knowing = ownProcesses.filter((file) => /\breplicas?\b/i.test(readFileSync(join(root, file), "utf8")));
    expect(knowing).toEqual(["src/records/former-names.ts"]);
  });
});

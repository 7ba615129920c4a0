// A page and journeys on it, with everything that a source of load is given: a folder of its own, and a list of what
// the source says. Nothing of vitest is used: browser tests open it.

import { once } from "node:events";
import { watch } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Hono } from "hono";
import type { LoadControl, LoadEvent } from "../../src/core/load-source.ts";
import { journeys } from "../../src/load/journeys/source.ts";
import { listen } from "../../targets/reference-ai-stack/common/serve.ts";

/** The token of a session that the page sets, and a token that the journey is handed. */
export const SECRETS = { cookie: "cookie-of-this-session", token: "token-handed-to-the-journey" };

const page = (words: string): string =>
  `<!doctype html><html lang="en"><title>t</title><form><input type="password" id="token"></form><p>${words}</p></html>`;

/** A page that says what `words` gives just then. */
function served(words: () => string): Hono {
  return new Hono().get("/", (c) => c.html(page(words()), 200, { "set-cookie": `session=${SECRETS.cookie}; Path=/` }));
}

/** Processes of this machine whose arguments or environment name the folder. */
async function processesBelow(folder: string): Promise<readonly string[]> {
  const found = (await readdir("/proc"))
    .filter((name) => /^\d+$/.test(name))
    .map(async (name) => {
      const read = async (file: string): Promise<string> => readFile(`/proc/${name}/${file}`, "utf8").catch(() => "");
      const command = await read("cmdline");
      return `${command}${await read("environ")}`.includes(folder) ? [command.replaceAll("\0", " ")] : [];
    });
  return (await Promise.all(found)).flat();
}

/** All that is said, and a way to wait for some of it. */
function listening() {
  const events: LoadEvent[] = [];
  const listeners = new Set<() => void>();
  /** Resolves once the source has said such a thing. */
  const said = async <Kind extends LoadEvent["kind"]>(
    kind: Kind,
    fits: (event: Extract<LoadEvent, { kind: Kind }>) => boolean,
  ) => {
    const isIt = (event: LoadEvent): event is Extract<LoadEvent, { kind: Kind }> =>
      event.kind === kind && fits(event as Extract<LoadEvent, { kind: Kind }>);
    for (;;) {
      const found = events.find(isIt);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        const listener = (): void => {
          listeners.delete(listener);
          resolve();
        };
        listeners.add(listener);
      });
    }
  };
  return {
    events,
    take(event: LoadEvent): void {
      events.push(event);
      for (const listener of listeners) listener();
    },
    said,
  };
}

/** What target.yaml would say of the journeys. */
function streamOf(file: string) {
  return {
    name: "look",
    source: "journeys",
    params: {
      journey: file,
      opens: ["http://127.0.0.1:{port:page}"],
      sees: { words: "words shown" },
      env: { LOOK_TOKEN: "{token}" },
    },
  };
}

/** `journey`: the text of its file. Whoever opens it closes it. */
export async function openJourneyStand(journey: string) {
  const dir = await mkdtemp(join(tmpdir(), "journeys-"));
  // Longer than the name of a socket may be, as that of a trial is.
  const folders = { kept: join(dir, "kept"), work: join(dir, "work".repeat(25)) };
  const temporary = join(dir, "tmp");
  await Promise.all([temporary, ...Object.values(folders)].map(async (folder) => mkdir(folder)));
  await symlink(resolve(import.meta.dirname, "../../node_modules"), join(dir, "node_modules"));
  await writeFile(join(dir, "package.json"), `{"type":"module"}`);
  const file = join(dir, "look.journey.ts");
  await writeFile(file, journey);
  let words = "well";
  const server = await listen(
    served(() => words),
    0,
  );
  const { port } = server;
  const heard = listening();
  const launched = journeys.launch({ REBOUND_TEST: dir, TMPDIR: temporary });
  const epochNs = String(process.hrtime.bigint());
  const fill = (text: string): string => text.replace("{port:page}", String(port)).replace("{token}", SECRETS.token);
  const watcher = watch(folders.work);
  const working = once(watcher, "change");
  let control: LoadControl | undefined;
  return {
    dir,
    pid: launched.helper?.pid ?? 0,
    end: () => launched.end(),
    /** Resolves once the source begins to write files of work. */
    working: () => working,
    /** Processes that belong to it. */
    processes: async () => processesBelow(dir),
    /** What was put where the machine has temporary files. */
    temporary: async () => readdir(temporary),
    kept: folders.kept,
    events: heard.events,
    said: heard.said,
    say: (next: string) => void (words = next),
    async start(timeoutMs = 20_000) {
      const load = { arrival: "constant", ratePerSecond: 5, slowOverMs: timeoutMs / 2, timeoutMs } as const;
      const order = { streams: [{ name: "look", stream: streamOf(file), load }], seed: 1, epochNs, fill, folders };
      control = await launched.start(order, (event) => heard.take(event));
      control.begin(Number(process.hrtime.bigint() - BigInt(epochNs)) / 1e6);
      return control;
    },
    /** What is still there once it was ended: processes, files of work. */
    async left() {
      const processes = await processesBelow(dir);
      return [...processes, ...(await readdir(folders.work))];
    },
    async close() {
      watcher.close();
      await control?.stop();
      await launched.end();
      await server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

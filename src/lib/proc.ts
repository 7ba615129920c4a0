// A process of our own that talks over Node's channel: its start, what it wrote when it failed, and its end.

import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Kept of what a process wrote to its standard error, in characters: the newest. */
const keptChars = 2_000;
/** The same before it is cleaned; no secret is nearly as long. */
const keptUncleaned = 200_000;

/**
 * URL of a compiled file below `dist/src`, e.g. `proxy/main.js`, for the module whose `import.meta.url` is given. A
 * module run from its `.ts` source gets the file of the last build (`npm run build`) beside the sources, because Node
 * 20 cannot start TypeScript.
 */
export function compiledEntry(moduleUrl: string, file: string): URL {
  const at = moduleUrl.lastIndexOf("/src/");
  if (at === -1) throw new RangeError(`${moduleUrl} does not lie below src/`);
  const aboveSrc = moduleUrl.slice(0, at);
  const root = moduleUrl.endsWith(".ts") ? `${aboveSrc}/dist` : aboveSrc;
  return new URL(`${root}/src/${file}`);
}

/** How a process is started. */
interface StartOptions {
  /** Added to an environment that else holds PATH alone. */
  readonly mark?: Readonly<Record<string, string>> | undefined;
  /** `advanced` keeps what JSON cannot hold; absent: JSON. */
  readonly serialization?: "advanced";
}

/**
 * Starts a compiled entry (a file's path) without our options, environment or terminal. It sees the channel close when
 * this process dies.
 */
export function forkEntry(entry: string, { mark, serialization }: StartOptions): ChildProcess {
  return fork(entry, [], {
    execArgv: [],
    env: { PATH: process.env["PATH"] ?? "", ...mark },
    ...(serialization && { serialization }),
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
}

/**
 * Begins to keep what the process writes to its standard error; the function gives the newest of it. `clean` takes out
 * what must not be seen, and does so before anything is cut, lest half of it stays.
 */
export function lastWords(child: ChildProcess, clean?: (text: string) => string): () => string {
  const most = clean === undefined ? keptChars : keptUncleaned;
  let words = "";
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("data", (chunk: string) => {
    words += chunk;
    if (words.length <= most) return;
    words = words.slice(-keptChars);
    // What may begin in the midst of something goes with its line.
    if (clean !== undefined) words = words.slice(words.indexOf("\n") + 1 || words.length);
  });
  return () => (clean?.(words) ?? words).slice(-keptChars);
}

/** What the first answer of a process is, and how long it is waited for. */
interface Awaited<Answer> {
  /** undefined: this message is not it. */
  readonly take: (message: unknown) => Answer | undefined;
  /** ms; absent: until the process ends. */
  readonly limitMs?: number;
}

/**
 * The first message that is the answer. Rejects with an error whose message is a clause (`ended at start (1)`) when the
 * process cannot be started, ends, or does not answer in time.
 */
export function firstAnswer<Answer>(child: ChildProcess, { take, limitMs }: Awaited<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      clearTimeout(timer);
      child.off("message", onMessage);
    };
    const fail = (what: string): void => {
      done();
      reject(new Error(what));
    };
    const onMessage = (message: unknown): void => {
      const answer = take(message);
      if (answer === undefined) return;
      done();
      resolve(answer);
    };
    const late = `did not answer within ${limitMs} ms`;
    const timer = limitMs === undefined ? undefined : setTimeout(() => fail(late), limitMs);
    child.on("message", onMessage);
    child.once("error", (error) => fail(`could not be started (${error.message})`));
    child.once("close", (code, signal) => fail(`ended at start (${signal ?? code})`));
  });
}

/** True once the process has ended, or when it never was. */
export function isGone(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** Closes the channel, on which the process ends by itself; by force after `limitMs`. Resolves when it is gone. */
export async function endChild(child: ChildProcess, limitMs: number): Promise<void> {
  if (isGone(child)) return;
  const exited = once(child, "exit");
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
  await exited;
  clearTimeout(timer);
}

/** Resolves at the first SIGINT, SIGTERM or SIGHUP from now on. */
export function untilAsked(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => resolve());
  });
}

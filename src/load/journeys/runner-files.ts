// The files from which Playwright's runner starts a journey: its configuration, and a spec that puts our hooks around
// the journey's own file. Both lie in a folder of the trial.

import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compiledEntry } from "../../lib/proc.ts";
import type { Company } from "./accompany.ts";
import type { JourneyStream } from "./messages.ts";

/** More than a trial has room for; the runner is ended with the trial. */
const MOST_JOURNEYS = 5_000;
/** Share of a journey's time in which one of its conditions must come true, so that it is named when it does not. */
const CONDITION_SHARE = 0.8;

export interface RunnerFiles {
  /** Program of the runner, of the same copy that the journey's file imports. */
  readonly cli: string;
  readonly config: string;
}

/**
 * Writes them below `folder`. Throws an error in words for people where the journey, or Playwright beside it, is not
 * there.
 */
export async function writeRunnerFiles(
  { file, origins, spec }: JourneyStream,
  company: Company,
  { folder, chromium }: { readonly folder: string; readonly chromium: string },
): Promise<RunnerFiles> {
  if (!existsSync(file)) throw new Error(`the journey ${file} is not there`);
  const { playwright, cli } = playwrightFor(file);
  const wrapper = await writeWrapper({ file, folder, playwright }, company);
  const config = join(folder, "playwright.config.mjs");
  await writeFile(
    config,
    `export default ${JSON.stringify(configOf({ folder, wrapper, chromium, origins, spec }))};\n`,
  );
  return { cli, config };
}

interface Wrapped {
  readonly file: string;
  readonly folder: string;
  /** Playwright's module for `require`. */
  readonly playwright: string;
}

/** The journey is read as its own package says: as a module, or as CommonJS. */
async function writeWrapper({ file, folder, playwright }: Wrapped, company: Company): Promise<string> {
  const isModule = isEsm(file);
  const text = JSON.stringify;
  const ours = compiledEntry(import.meta.url, "load/journeys/accompany.js");
  const lines = isModule
    ? [
        `import { test } from ${text(playwright.replace(/index\.js$/, "index.mjs"))};`,
        `import { accompany } from ${text(ours.href)};`,
        `accompany(test, ${text(company)});`,
        `await import(${text(pathToFileURL(file).href)});`,
      ]
    : [
        `const { test } = require(${text(playwright)});`,
        `const { accompany } = require(${text(fileURLToPath(ours))});`,
        `accompany(test, ${text(company)});`,
        `require(${text(file)});`,
      ];
  const wrapper = join(folder, isModule ? "journey.spec.mts" : "journey.spec.cts");
  await writeFile(wrapper, `${lines.join("\n")}\n`, { mode: 0o600 });
  return wrapper;
}

interface Configured extends Pick<JourneyStream, "origins" | "spec"> {
  readonly folder: string;
  readonly wrapper: string;
  readonly chromium: string;
}

function configOf({ folder, wrapper, chromium, origins, spec: { timeoutMs } }: Configured): object {
  const conditionMs = Math.round(timeoutMs * CONDITION_SHARE);
  const hosts = [...new Set(origins.map((origin) => new URL(origin).hostname))];
  return {
    testDir: folder,
    testMatch: wrapper,
    outputDir: join(folder, "out"),
    preserveOutput: "never",
    repeatEach: MOST_JOURNEYS,
    workers: 1,
    retries: 0,
    reporter: [[fileURLToPath(compiledEntry(import.meta.url, "load/journeys/reporter.js")), { folder }]],
    timeout: timeoutMs,
    expect: { timeout: conditionMs },
    use: {
      browserName: "chromium",
      baseURL: origins[0],
      serviceWorkers: "block",
      acceptDownloads: false,
      actionTimeout: conditionMs,
      navigationTimeout: conditionMs,
      launchOptions: {
        executablePath: chromium,
        args: [
          "--no-sandbox",
          "--disable-gpu",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          // No name but the stream's own leads anywhere, whatever the page asks for.
          `--host-resolver-rules=MAP * ~NOTFOUND${hosts.map((host) => `, EXCLUDE ${host}`).join("")}`,
        ],
      },
    },
  };
}

/** The copy that the journey itself imports: two of them in one process refuse each other. */
function playwrightFor(file: string): { readonly playwright: string; readonly cli: string } {
  const require = createRequire(file);
  try {
    const playwright = require.resolve("@playwright/test");
    return { playwright, cli: join(dirname(playwright), "cli.js") };
  } catch {
    throw new Error(`@playwright/test is not there for ${file}: npm install it beside the journey`);
  }
}

/** As Node reads a `.ts`: by the nearest package.json. */
function isEsm(file: string): boolean {
  if (/\.[mc][jt]s$/.test(file)) return /\.m[jt]s$/.test(file);
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest))
      return (JSON.parse(readFileSync(manifest, "utf8")) as { type?: string }).type === "module";
    if (dirname(folder) === folder) return false;
  }
}

// Does what README.md says, in order, in a fresh clone: files that it shows are written, commands that it shows are
// run.

import { execFile, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { blocksOf, type Block } from "./markdown.ts";

/** A file to write, or a command to run with the exit code that the page promises. */
export type Step =
  | { readonly do: "write"; readonly path: string; readonly text: string; readonly line: number }
  | RunStep;

/** `shown`: what the page says that it printed; absent where the page does not say. */
export interface RunStep {
  readonly do: "run";
  readonly command: string;
  readonly exit: number;
  readonly line: number;
  readonly shown?: string;
}

/** A command's output, both streams, and how it ended. */
export interface Done {
  readonly code: number | null;
  readonly output: string;
}

const run = promisify(execFile);

/**
 * The steps of a page, in order. A block of YAML whose first line is a comment with a path is a file. A block `console
 * later` shows what only works once the others were done: it comes last.
 */
export function stepsOf(page: string): Step[] {
  const blocks = blocksOf(page);
  const late = blocks.filter(({ kind }) => kind === "console later");
  return [...blocks.filter((block) => !late.includes(block)), ...late].flatMap((block): Step[] => {
    if (block.kind === "sh")
      return block.text
        .split("\n")
        .filter(Boolean)
        .map((text) => commandIn(text, block.line));
    if (block.kind.startsWith("console")) return [consoleStep(block)];
    const path = /^# (?<path>[\w./-]+\.yaml)$/m.exec(block.text.split("\n")[0] ?? "")?.groups?.["path"];
    if (!block.kind.startsWith("yaml") || path === undefined) return [];
    return [{ do: "write", path, text: `${block.text}\n`, line: block.line }];
  });
}

/** `npx rebound run x.yaml   # exits with 1` */
function commandIn(text: string, line: number): RunStep {
  const promised = /\s+# exits with (?<code>\d+)/.exec(text);
  const command = text.replace(/\s+#.*$/, "").trim();
  return { do: "run", command, exit: Number(promised?.groups?.["code"] ?? 0), line };
}

/** The first line is `$ ` and the command, the rest is what it printed. */
function consoleStep({ text, line }: Block): Step {
  const [first = "", ...shown] = text.split("\n");
  if (!first.startsWith("$ ")) throw new Error(`line ${line}: a console block begins with "$ " and a command`);
  return { ...commandIn(first.slice(2), line), shown: shown.join("\n") };
}

/** A clone of the commit that is checked out at `root`, with what is not committed yet on top of it. */
export async function freshClone(root: string, into: string): Promise<void> {
  await run("git", ["clone", "--quiet", "--no-hardlinks", root, into]);
  const { stdout } = await run("git", ["-C", root, "diff", "--binary", "HEAD"], { maxBuffer: 64 * 1024 * 1024 });
  if (stdout === "") return;
  const apply = execFile("git", ["-C", into, "apply", "--whitespace=nowarn"]);
  apply.stdin?.end(stdout);
  await new Promise<void>((done, failed) => {
    apply.once("error", failed);
    apply.once("close", (code) => (code === 0 ? done() : failed(new Error(`git apply ended with ${code}`))));
  });
}

/** Does one step in `folder`; never throws for what a command does. */
export async function doStep(step: Step, folder: string, env: NodeJS.ProcessEnv): Promise<Done> {
  if (step.do === "write") {
    await mkdir(dirname(join(folder, step.path)), { recursive: true });
    await writeFile(join(folder, step.path), step.text);
    return { code: 0, output: "" };
  }
  const child = spawn("bash", ["-c", step.command], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += String(chunk)));
  const code = await new Promise<number | null>((done, failed) => {
    child.once("error", failed);
    child.once("close", (ended) => done(ended));
  });
  return { code, output };
}

/**
 * What a run ends with: its table, what it says of each intent, and the verdict. Progress comes and goes with the
 * machine; triage and changes (which go by what ran before), the score and what follows, and the sentence on what
 * broke, are left out and marked so.
 */
function resultIn(output: string): string {
  const lines = output.trimEnd().split("\n");
  const table = lines.slice(
    Math.max(
      0,
      lines.findIndex((line) => /^intent\s+verdict\b/.test(line)),
    ),
  );
  const ofBefore = ["triage", "changed since the baseline"];
  const score = table.findIndex((line) => ofBefore.includes(line) || line.startsWith("recovery score"));
  const verdict = table.findLastIndex((line) => /^[✓✗?!] {1,2}(?:pass|fail|inconclusive|invalid|residue)\b/.test(line));
  if (score === -1 || verdict < score) return table.join("\n");
  const report = table.findLastIndex((line) => line.startsWith("report "));
  const after = report > verdict + 1 ? [table[verdict], "[…]", ...table.slice(report)] : table.slice(verdict);
  return [...table.slice(0, score), "[…]", ...after].join("\n");
}

/** The shape of an output's result: figures, spaces, line ends and names of runs are all alike. */
export function shapeOf(output: string): string {
  return resultIn(output)
    .replaceAll(/reports\/[\w-]+/g, "reports/RUN")
    .replaceAll(/[−-]?\d+(?:[.,]\d+)*/g, "N")
    .replaceAll(/─+/g, "─")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** The page with `output` below the command of a console block: progress is left out, what it ends with is kept. */
export function withOutput(page: string, step: RunStep, output: string): string {
  const lines = page.split("\n");
  const end = lines.indexOf("```", step.line);
  return [...lines.slice(0, step.line + 1), ...resultIn(output).split("\n"), ...lines.slice(end)].join("\n");
}

// `rebound init`: asks who supervises a stack here, and writes a first target.yaml and two intents. It starts nothing,
// touches no process, and never writes over a file.

import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HarnessError, type Problem } from "../core/errors.ts";
import { counted } from "../core/text.ts";
import { asEnvironment } from "../store/whole-file.ts";
import { scanners } from "./scanners/index.ts";
import { isAttached, type Scanner, type Seen } from "./seen.ts";
import { intentTexts } from "./write-intents.ts";
import { servicesOf, targetText } from "./write-target.ts";

interface BeginOptions {
  /** Folder that holds targets/ and experiments/, or will. */
  readonly root: string;
  /**
   * A scanner, and where it shall look: `supervisord=/etc/supervisord.conf`; absent: all of them, at the usual places.
   */
  readonly from?: string;
  readonly table?: readonly Scanner[];
}

/** Writes the files, and returns what to tell: what was seen, what was written, what to do in which order. */
export async function begin(name: string, { root, from, table = scanners }: BeginOptions): Promise<readonly string[]> {
  const [kind, where] = from === undefined ? [] : [from.split("=")[0], from.split("=").slice(1).join("=") || undefined];
  const places = placesOf(name, root);
  refuse("nothing was looked at", [...problemsOf(name, places), ...problemsOfKind(kind, table)]);
  const asked = kind === undefined ? table : table.filter((scanner) => scanner.name === kind);
  const found = await Promise.all(asked.map(async (scanner) => ({ scanner, ...(await scanner.look(where)) })));
  const seen = oneOf(found.flatMap((one) => (one.ok ? [one.seen] : [])));
  const misses = found.flatMap((one) =>
    one.ok ? [] : [{ found: `${one.scanner.name}: ${one.reason}`, expected: one.scanner.takes }],
  );
  if (seen === undefined) refuse("nothing was found that supervises a stack", misses);
  else if (servicesOf(seen).length === 0)
    refuse(`nothing of ${seen.by} at ${seen.where} listens on a port`, silent(seen));
  if (seen === undefined) throw new HarnessError("bug", "a stack that was not found was not refused");
  const intents = [...intentTexts(name, seen)].map(([file, text]) => [join(places.intents, file), text] as const);
  await writeAll([[places.target, targetText(name, seen)], ...intents]);
  return told(name, seen, [places.target, ...intents.map(([file]) => file)]);
}

interface Places {
  readonly target: string;
  readonly intents: string;
}

function placesOf(name: string, root: string): Places {
  return { target: join(root, "targets", name, "target.yaml"), intents: join(root, "experiments", name) };
}

function refuse(message: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw new HarnessError("bad-input", `${message}; nothing was written`, {
    problems,
    hint: "`rebound init --help` says what may be named",
  });
}

function problemsOf(name: string, { target, intents }: Places): Problem[] {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) || name.length > 80) {
    return [{ found: `the name "${name}"`, expected: "a name in lower-case letters, digits and hyphens, at most 80" }];
  }
  const files = [target, join(intents, "process-dies.yaml"), join(intents, "process-hangs.yaml")];
  return files
    .filter((file) => existsSync(file))
    .map((file) => ({
      found: `${file} is there already`,
      expected: "a name that is free",
      suggestion: "take another name, or move it away",
    }));
}

function problemsOfKind(kind: string | undefined, table: readonly Scanner[]): Problem[] {
  if (kind === undefined || table.some(({ name }) => name === kind)) return [];
  const names = table.map(({ name }) => name).join(", ");
  // What people call it.
  const suggestion = ["docker", "compose"].includes(kind)
    ? "a compose project is looked for by --from containers, a stack of a Swarm by --from swarm"
    : undefined;
  const expected = `one of ${names}, and where after an equals sign`;
  return [{ found: `--from ${kind}`, expected, ...(suggestion !== undefined && { suggestion }) }];
}

/** Of several stacks nobody but their owner knows which is meant. */
function oneOf(stacks: readonly Seen[]): Seen | undefined {
  if (stacks.length < 2) return stacks[0];
  const problems = stacks.map(({ by, where, replicas }) => ({
    found: `${by} at ${where}, with ${replicas.map(({ replica }) => replica).join(", ")}`,
    expected: "one stack",
    suggestion: `name it: --from ${by}=${where}`,
  }));
  refuse("there are several stacks", problems);
  return undefined;
}

function silent({ replicas }: Seen): Problem[] {
  const listed = replicas.map(({ called, says }) => `${called}: ${says}`).join("; ");
  return [
    {
      found: listed || "no process",
      expected: "a running service that listens on this machine",
      suggestion: "run init while the stack runs, as its user or as root",
    },
  ];
}

/** All of them or none. */
async function writeAll(files: readonly (readonly [string, string])[]): Promise<void> {
  const written: string[] = [];
  await asEnvironment("cannot write what was seen", async () => {
    try {
      for (const [file, text] of files) {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text, { flag: "wx" });
        written.push(file);
      }
    } catch (thrown) {
      for (const file of written) await rm(file, { force: true });
      throw thrown;
    }
  });
}

function told(name: string, seen: Seen, files: readonly string[]): readonly string[] {
  const guesses = targetText(name, seen).match(/# guess:/g)?.length ?? 0;
  return [
    `${seen.by} at ${seen.where}:`,
    ...seen.replicas.map(
      ({ replica, says, ports }) =>
        `  ${replica}: ${says}, ${ports.length === 0 ? "no port" : `port ${ports.join(", ")}`}`,
    ),
    "written:",
    ...files.map((file) => `  ${file}`),
    `${counted(guesses, "guess").replace("guesss", "guesses")} in target.yaml. Go on in this order:`,
    ...order(name, seen).map((step, index) => `  ${index + 1}. ${step}`),
  ];
}

/** What a person does next. What runs already is neither published nor started. */
function order(name: string, seen: Seen): readonly string[] {
  const runsAlready = isAttached(seen);
  const labels = seen.stack === undefined ? "" : ", and gives each service the label rebound.chaos: allowed";
  return [
    `check each line marked \`guess\`: health, ports, ${runsAlready ? "edges" : "start command"}, what users ask`,
    ...(runsAlready ? [] : ["publish the inventory (targets/README.md, section 3)"]),
    `rebound lint, then rebound doctor ${name}: what is missing, and what that costs`,
    `ask its owner, who writes \`chaos: allowed\`${labels}; until then lint says of both intents that it is missing`,
    `rebound up ${name}: ${runsAlready ? "does Rebound find all of it" : "does it start and end under Rebound"}`,
    `rebound plan --suite ${name}, then rebound run --suite ${name}`,
  ];
}

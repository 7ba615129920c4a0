// What was seen of a stack as a first target.yaml: every line that was not seen says that it is a guess, and what to
// check.

import { loopbackUrl } from "../core/addresses.ts";
import { HarnessError } from "../core/errors.ts";
import { isAttached, type Seen, type SeenReplica } from "./seen.ts";
import { guess, printable, quoted } from "./words.ts";
import { attachedEdges, attachText, containerText, pathwaysText, urlOf } from "./write-attached.ts";

/** The service of the page that lists who runs where; renamed where the stack has one of that name. */
const readerName = "reader";
/** Stands for a word that may be a secret. */
const leftOutWord = "…";

interface ServiceSeen {
  readonly name: string;
  readonly replicas: readonly SeenReplica[];
}

/** Services of the replicas that listen somewhere, in the order in which they were seen. */
export function servicesOf({ replicas }: Seen): readonly ServiceSeen[] {
  const listening = replicas.filter(({ ports }) => ports.length > 0);
  const names = [...new Set(listening.map(({ service }) => service))];
  return names.map((name) => ({ name, replicas: listening.filter(({ service }) => service === name) }));
}

/** The text of target.yaml; it has no problem for the linter. Needs one service at least. */
export function targetText(name: string, seen: Seen): string {
  const services = servicesOf(seen);
  const first = services[0]?.replicas[0];
  if (first === undefined)
    throw new HarnessError("bug", `nothing of ${seen.by} listens, and a target was to be written`);
  const runsAlready = isAttached(seen);
  const reader = seen.replicas.some(({ service, replica }) => [service, replica].includes(readerName))
    ? `${readerName}-of-${seen.by}`
    : readerName;
  const lines = [
    `# What \`rebound init\` saw of ${seen.by} at ${seen.where}. What it did not see is marked "guess".`,
    `# ${seen.heals}`,
    ...wrapped(`Its words are not believed: ${seen.hides}.`),
    `name: ${name}`,
    guess("nobody said what it does", "the sentence"),
    `summary: ${quoted(`A stack of ${services.map((service) => service.name).join(", ")} under ${seen.who}.`)}`,
    "# Nothing is started or broken before its owner writes `allowed` here.",
    "chaos: forbidden",
    ...limitsText(services),
    ...(runsAlready ? attachText(seen, first) : startText(seen, first.replica)),
    "",
    "services:",
    ...services.flatMap((service) => serviceText(service, seen)),
    ...(runsAlready ? [] : readerText(seen, reader)),
    ...leftOut(seen),
    "",
    ...(runsAlready ? attachedEdges(seen) : edgesText()),
    "",
    ...(runsAlready ? [] : inventoryText(seen, reader)),
    guess("users ask the first service for its health", "what users ask, and what a right answer contains"),
    "traffic:",
    "  name: users",
    "  method: GET",
    `  url: ${urlOf(first)}/health`,
    "  stream: whole",
    "  # right_when_contains: the last word of a right answer",
    "",
    "probes:",
    ...services.map(
      ({ name: service }) =>
        `  - { name: replicas.${underscored(service)}, kind: healthy-replicas, service: ${service}, every: 250ms, timeout: 1s }`,
    ),
    "",
    ...pathwaysText(seen),
  ];
  return `${lines.join("\n")}\n`;
}

/** Without it no fault may take all of a service that has one replica. */
function limitsText(services: readonly ServiceSeen[]): readonly string[] {
  const lonely = services.filter(({ replicas }) => replicas.length === 1).map((service) => service.name);
  if (lonely.length === 0) return [];
  return [
    guess(
      `${lonely.join(", ")} ${lonely.length === 1 ? "runs" : "run"} once, so a fault takes all of it`,
      "that it may",
    ),
    "limits: { max_share: 1 }",
  ];
}

function startText({ start, by }: Seen, first: string): readonly string[] {
  const toFill = startWords(start).includes(leftOutWord) ? `; fill in what is written as ${leftOutWord}` : "";
  return [
    "",
    "# Rebound starts a stack of its own for each trial, on ports of its own, and ends it: what runs now is not touched.",
    "start:",
    `  ${guess("it starts so", `that it stays in the foreground, ends with all that ${by} started on SIGTERM, and shares no socket, port or folder with what runs now${toFill}`)}`,
    `  command: [${startWords(start).map(quoted).join(", ")}]`,
    `  ${guess("it is ready when this answers 200", "that all of it is there by then")}`,
    `  ready: ${loopbackUrl(`{port:${first}}`)}/health`,
    "  timeout: 60s",
    "  stop_timeout: 15s",
  ];
}

function inventoryText({ by }: Seen, reader: string): readonly string[] {
  return [
    guess(
      "nothing serves it yet",
      `that a page there lists who runs where, by what ${by} tells; see targets/README.md`,
    ),
    `inventory: ${loopbackUrl(`{port:${reader}}`)}/inventory`,
    "",
  ];
}

function edgesText(): readonly string[] {
  return [
    guess("none", "which service calls which, and by which variable it is told where: each such call is one"),
    "# - { from: app, to: database, address_env: APP_TO_DATABASE }",
    "edges: []",
  ];
}

function serviceText({ name, replicas }: ServiceSeen, seen: Seen): readonly string[] {
  return [
    `  - name: ${name}`,
    `    ${guess("its health", "the path, and that it answers 200 only when this replica does its work")}`,
    "    health: /health",
    "    replicas:",
    ...replicas.flatMap((one) => {
      if (isAttached(seen)) return containerText(one);
      const { replica, called, says, ports } = one;
      const variable = `${underscored(replica).toUpperCase()}_PORT`;
      return [
        `      # Seen: ${printable(called)}; ${printable(says)}; it listens on ${ports.join(", ")}.`,
        `      ${guess(`it can be told its port by ${variable}`, `that its command uses ${seen.variable(variable)} for ${ports[0] ?? "it"}`)}`,
        `      - { id: ${replica}, port_env: ${variable} }`,
      ];
    }),
  ];
}

function readerText({ by }: Seen, reader: string): readonly string[] {
  return [
    `  # No part of the stack: it reads what ${by} tells, and publishes the inventory below.`,
    `  - name: ${reader}`,
    `    ${guess("there is none yet", "that the start command starts one, at this port")}`,
    "    health: /ready",
    `    replicas: [{ id: ${reader}, port_env: ${underscored(reader).toUpperCase()}_PORT }]`,
  ];
}

function leftOut({ replicas }: Seen): readonly string[] {
  return replicas
    .filter(({ ports }) => ports.length === 0)
    .map(
      ({ called, says }) =>
        `  # Left out: ${printable(called)}; ${printable(says)}; it listens on no port that was seen.`,
    );
}

export const underscored = (name: string): string => name.replaceAll("-", "_");

/** Words of a command that may be written: a value of an option only where it is a file, and no assignment. */
export function startWords(words: readonly string[]): readonly string[] {
  return words.map((word, index) => {
    if (index === 0 || /^--?[\w-]+$/.test(word)) return word;
    const isValue = words[index - 1]?.startsWith("-") === true && !word.startsWith("/");
    return isValue || /[=:@]/.test(word) || /^-|^sk-/.test(word) ? leftOutWord : word;
  });
}

function wrapped(text: string, width = 110): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`# ${word}`);
  }
  return lines;
}

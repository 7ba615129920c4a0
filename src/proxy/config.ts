// The file of `rebound proxy --config`: Toxiproxy's JSON list of proxies, with every mistake shown at its place.

import { counted } from "../core/text.ts";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { HarnessError, messageOf, type Problem } from "../core/errors.ts";
import { schemaProblems } from "../language/schema-problems.ts";
import { readYaml, type YamlSource } from "../language/yaml-source.ts";

const word = z.string().min(1);
const configSchema = z.array(
  z.strictObject({
    name: word.describe("a name of its own"),
    listen: z.string().describe("host:port; port 0 takes a free one").optional(),
    upstream: word.describe("host:port of the real service"),
    enabled: z.boolean().optional(),
  }),
);

/**
 * Text of a config file that is right. Throws HarnessError "bad-input" with every problem, or when it cannot be read.
 */
export async function readProxyConfig(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new HarnessError("bad-input", `the proxy config cannot be read: ${messageOf(cause)}`);
  });
  const problems = problemsOf(text, file);
  if (problems.length === 0) return text;
  const count = counted(problems.length, "problem");
  throw new HarnessError("bad-input", `${count} in ${file}; nothing was started`, { problems });
}

function problemsOf(text: string, file: string): readonly Problem[] {
  // JSON is YAML; read so, every value knows its line and column.
  const source = readYaml(text, file, "list");
  if (source.value === undefined) return source.problems.map(inJsonWords);
  const parsed = configSchema.safeParse(source.value, { reportInput: true });
  const problems = [...source.problems, ...repeatedNames(source)];
  if (!parsed.success) problems.push(...schemaProblems(configSchema, parsed.error.issues, source));
  return problems.length === 0 ? jsonProblems(text, file) : problems;
}

function repeatedNames(source: YamlSource): readonly Problem[] {
  const names = z.array(z.object({ name: z.string() }).catch({ name: "" })).safeParse(source.value).data ?? [];
  const seen = new Set<string>();
  return names.flatMap(({ name }, index) => {
    const again = name !== "" && seen.has(name);
    seen.add(name);
    const place = source.placeOf([index, "name"]);
    return again ? [{ place, found: `a second proxy ${name}`, expected: "each name once" }] : [];
  });
}

/** Who wrote JSON has not heard of YAML. */
function inJsonWords(problem: Problem): Problem {
  return { ...problem, expected: problem.expected.replace("YAML", "JSON") };
}

/** YAML allows more than JSON, and Toxiproxy reads JSON. */
function jsonProblems(text: string, file: string): readonly Problem[] {
  try {
    JSON.parse(text);
    return [];
  } catch (thrown) {
    return [{ place: { file, line: 1, column: 1 }, found: messageOf(thrown), expected: "plain JSON" }];
  }
}

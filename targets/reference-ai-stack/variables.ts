// What may stand in a variable of the environment. Each throws an error that names the variable, what was found and
// what was expected.

export type Environment = Readonly<Record<string, string | undefined>>;

/** An empty variable counts as absent, so that `NAME= command` switches a setting off. */
export function readText(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === "" ? undefined : value;
}

export function readList(env: Environment, name: string): readonly string[] {
  return (env[name] ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

export function readSwitch(env: Environment, name: string): boolean {
  const text = readText(env, name) ?? "0";
  if (text !== "0" && text !== "1") throw new Error(`${name} is ${JSON.stringify(text)}; expected 1, 0 or nothing`);
  return text === "1";
}

export function readCount(env: Environment, name: string): number | undefined {
  const text = readText(env, name);
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new Error(`${name} is ${JSON.stringify(text)}; expected a whole number above 0`);
  return Number(text);
}

/** An http address without a path, and without a slash at its end. */
export function readBase(env: Environment, name: string, fallback: string): string {
  const text = readText(env, name) ?? fallback;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search !== "") {
    throw new Error(`${name} is ${JSON.stringify(text)}; expected an address such as ${fallback}`);
  }
  return url.origin;
}

/** `host:port`; undefined when absent. */
export function readAddress(env: Environment, name: string): string | undefined {
  const text = readText(env, name);
  if (text === undefined) return undefined;
  const [, port] = /^[^\s:/]+:(\d+)$/.exec(text) ?? [];
  if (port === undefined) throw new Error(`${name} is ${JSON.stringify(text)}; expected host:port`);
  parsePort(name, port, text);
  return text;
}

/** `digits` as a port; `found` is what the error shows. */
export function parsePort(name: string, digits: string, found: string): number {
  const port = Number(digits);
  if (!/^\d+$/.test(digits) || port < 1 || port > 65_535) {
    throw new Error(`${name} is ${JSON.stringify(found)}; expected a port from 1 to 65535`);
  }
  return port;
}

/** One of the words; the first when absent. */
export function readChoice<const Word extends string>(
  env: Environment,
  name: string,
  words: readonly [Word, ...Word[]],
): Word {
  const text = readText(env, name) ?? words[0];
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new Error(`${name} is ${JSON.stringify(text)}; expected ${words.join(" or ")}`);
}

// Rooms that start a process of their own need the compiled entry of it, also when they run from the sources (tests).

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

// A process of its own that opens a copy of a damaged index, and searches it. Arguments: the engine and the copy. Ends
// with code 0 when the engine bears it; a reason goes to stderr.
import { messageOf } from "../../../common/log.ts";
import { DIMENSIONS } from "../../../embedder/cache.ts";
import { VECTOR_ENGINES } from "../names.ts";
import { loadEngine } from "../table.ts";

const HITS = 10;
const SEARCHES = 8;

async function open(name: string | undefined, index: string | undefined): Promise<void> {
  const known = VECTOR_ENGINES.find((one) => one === name);
  if (known === undefined || index === undefined) throw new Error("expected an engine and a copy of its index");
  const engine = await loadEngine(known);
  const opened = await engine.open(index);
  try {
    for (let n = 1; n <= SEARCHES; n++) {
      const anywhere = Float32Array.from({ length: DIMENSIONS }, (_, i) => Math.sin(n * (i + 1)));
      await opened.search(anywhere, HITS);
      await opened.vectorOf(Math.floor((n * opened.rows) / (SEARCHES + 1)));
    }
  } finally {
    await opened.close();
  }
}

const [name, index] = process.argv.slice(2);
try {
  await open(name, index);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

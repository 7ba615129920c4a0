// Takes the elements of arrays deep in a JSON text out of it one by one, so that a text of any length is read with one
// of them in memory at a time.

const [QUOTE, ESCAPE, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OBJECT, OBJECT_END, ARRAY, ARRAY_END] = [0x7b, 0x7d, 0x5b, 0x5d];
/** A longer key is none of those that are asked for, bytes. */
const longestKey = 200;

/** Where an element stood. */
export interface ElementPlace {
  /** Its first byte in the text, and the one after its last. */
  readonly from: number;
  readonly to: number;
  /** Its number in each array on the way, from 0 on. */
  readonly at: readonly number[];
}

/** Is given the text of an element; what it returns, itself JSON, stands there instead. */
type TakeElement = (text: string, place: ElementPlace) => string;

/**
 * The text without these elements. `keys` lead to them: `["intents", "trials"]` means each object in `trials` of each
 * object in `intents`. What is no JSON is handed on as it is, for a parser to refuse; so are elements that are no
 * objects, and those below a key that is written with escapes.
 */
export async function takeElements(
  chunks: AsyncIterable<Uint8Array>,
  keys: readonly string[],
  take: TakeElement,
): Promise<string> {
  const walk = walker(keys);
  const rest: string[] = [];
  const bytes = gathered();
  let [offset, from] = [0, 0];
  for await (const chunk of chunks) {
    let begin = 0;
    walk(chunk, (edge, index, at) => {
      bytes.add(chunk.subarray(begin, index));
      begin = index;
      const text = bytes.take();
      rest.push(edge === "begins" ? text : take(text, { from, to: offset + index, at }));
      from = offset + index;
    });
    bytes.add(chunk.subarray(begin));
    offset += chunk.length;
  }
  return [...rest, bytes.take()].join("");
}

/** Bytes one after the other, until they are taken as text. */
function gathered() {
  let [held, length] = [Buffer.allocUnsafe(1 << 16), 0];
  return {
    add(bytes: Uint8Array): void {
      if (length + bytes.length > held.length) {
        const larger = Buffer.allocUnsafe(2 * (length + bytes.length));
        held.copy(larger, 0, 0, length);
        held = larger;
      }
      held.set(bytes, length);
      length += bytes.length;
    },
    take(): string {
      const text = held.toString("utf8", 0, length);
      length = 0;
      return text;
    },
  };
}

/** An element begins at that byte of the chunk, or has ended before it. */
type Edge = (edge: "begins" | "ended", index: number, at: readonly number[]) => void;

/** Walks through a text chunk by chunk. Objects are at odd depths of the way to an element, arrays at even ones. */
function walker(keys: readonly string[]): (chunk: Uint8Array, edge: Edge) => void {
  const deepest = 2 * keys.length + 1;
  const [opened, isKeyNext, number] = [[0], [false], [0]];
  const keyAt: string[] = [];
  let [depth, isString, isEscaped, isInElement] = [0, false, false, false];
  let key: number[] | null = null;

  const isOnWay = (): boolean =>
    keys.every((name, n) => opened[2 * n + 1] === OBJECT && keyAt[2 * n + 1] === name && opened[2 * n + 2] === ARRAY);
  const numbers = (): number[] => keys.map((_, n) => number[2 * n + 2] ?? 0);

  function inString(byte: number): void {
    if (isEscaped) isEscaped = false;
    else if (byte === ESCAPE) isEscaped = true;
    else if (byte === QUOTE) {
      isString = false;
      if (key !== null) keyAt[depth] = Buffer.from(key).toString("utf8");
      key = null;
      return;
    }
    if (key !== null && key.length < longestKey) key.push(byte);
  }

  function open(byte: number): boolean {
    depth += 1;
    if (depth > deepest) return false;
    [opened[depth], isKeyNext[depth], number[depth]] = [byte, byte === OBJECT, 0];
    return depth === deepest && byte === OBJECT && isOnWay();
  }

  function between(byte: number): void {
    if (byte === QUOTE) {
      isString = true;
      if (depth < deepest && isKeyNext[depth] === true) key = [];
    } else if (depth > deepest) return;
    else if (byte === COLON) isKeyNext[depth] = false;
    else if (byte === COMMA) {
      isKeyNext[depth] = opened[depth] === OBJECT;
      number[depth] = (number[depth] ?? 0) + 1;
    }
  }

  return (chunk, edge) => {
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index] ?? 0;
      if (isString) inString(byte);
      else if (byte === OBJECT || byte === ARRAY) {
        if (!open(byte)) continue;
        isInElement = true;
        edge("begins", index, numbers());
      } else if (byte === OBJECT_END || byte === ARRAY_END) {
        depth -= 1;
        if (!isInElement || depth !== deepest - 1) continue;
        isInElement = false;
        edge("ended", index + 1, numbers());
      } else if (byte > 0x20) between(byte);
    }
  };
}

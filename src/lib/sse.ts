// Server-sent events as plain arithmetic on bytes: the probes read the incident feed with it. (Answers of any length
// are read by load/answer/event-reader.ts, which keeps no long event.)

/** One thing found in an event stream: an event, a comment (often a heartbeat), or an event too long to keep. */
export type StreamItem =
  | { readonly kind: "event"; readonly type: string; readonly data: string }
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "too-long" };

/** Takes the stream's bytes as they arrive, cut anywhere. */
export interface EventStreamParser {
  push(bytes: Uint8Array): void;
  /** The stream ended cleanly: gives out an event that has its data and only lacks line ends. Nothing may follow. */
  end(): void;
}

/** Longest event (in UTF-16 units) that is kept; a longer one is dropped up to the next blank line. */
export const LONGEST_EVENT = 1_048_576;

/**
 * Parser for `text/event-stream` (WHATWG HTML, section 9.2.6). Lines may end in LF, CR or CRLF. An event that a lost
 * connection cuts off is never given out; at a clean end it is, unlike in the standard, since servers forget the last
 * blank line. `id` and `retry` fields are ignored: nobody here resumes a stream.
 */
export function makeEventStreamParser(onItem: (item: StreamItem) => void): EventStreamParser {
  const decoder = new TextDecoder();
  let rest = "";
  let skipLineFeed = false;
  let data: string[] = [];
  let type = "";
  let size = 0;
  let dropping = false;

  function dispatch(): void {
    if (dropping) onItem({ kind: "too-long" });
    else if (data.length > 0) onItem({ kind: "event", type: type === "" ? "message" : type, data: data.join("\n") });
    data = [];
    type = "";
    size = 0;
    dropping = false;
  }

  function takeLine(line: string): void {
    if (line === "") return dispatch();
    if (line.startsWith(":")) return onItem({ kind: "comment", text: line.slice(1).trimStart() });
    const [field, value] = partsOf(line);
    if (field === "event") type = value;
    if (field !== "data") return undefined;
    size += value.length;
    if (size > LONGEST_EVENT) dropping = true;
    if (dropping) data = [];
    else data.push(value);
    return undefined;
  }

  function takeText(text: string): void {
    let start = 0;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      const isLineFeed = code === 10;
      if (isLineFeed && skipLineFeed && i === 0) start = 1;
      else if (isLineFeed || code === 13) {
        const line = rest + text.slice(start, i);
        rest = "";
        takeLine(line);
        if (code === 13 && text.charCodeAt(i + 1) === 10) i += 1;
        start = i + 1;
      }
    }
    skipLineFeed = text.endsWith("\r");
    rest += text.slice(start);
    if (rest.length > LONGEST_EVENT) {
      // A comment of any length is one, and no event.
      dropping ||= rest.startsWith("data");
      rest = rest.slice(0, "data:".length);
    }
  }

  return {
    push(bytes) {
      const text = decoder.decode(bytes, { stream: true });
      if (text !== "") takeText(text);
    },
    end() {
      takeText(`${decoder.decode()}\n\n`);
    },
  };
}

/** A field's name and its value, without the one space that may stand before it. */
function partsOf(line: string): readonly [field: string, value: string] {
  const colon = line.indexOf(":");
  if (colon === -1) return [line, ""];
  const raw = line.slice(colon + 1);
  return [line.slice(0, colon), raw.startsWith(" ") ? raw.slice(1) : raw];
}

// As much of XML-RPC as supervisord's interface needs: calls with texts and yes-or-no as arguments, over its socket.

import { request } from "node:http";

type Value = string | number | boolean | readonly Value[] | { readonly [name: string]: Value };

/**
 * Calls a method of the server behind a unix socket. Rejects when it answers with a fault, or not within `timeoutMs`.
 */
export async function call(
  socketPath: string,
  method: string,
  args: readonly (string | boolean)[] = [],
  timeoutMs = 3_000,
): Promise<Value> {
  const params = args.map((arg) => `<param><value>${typed(arg)}</value></param>`).join("");
  const body = `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${params}</params></methodCall>`;
  const answer = await post(socketPath, body, timeoutMs);
  const value = valueIn(answer);
  if (!answer.includes("<fault>")) return value;
  const fault = fieldOf(value, "faultString");
  throw new Error(`${method}: ${typeof fault === "string" ? fault : "a fault without words"}`);
}

/** A field of a struct; undefined where there is none. */
export function fieldOf(value: Value, name: string): Value | undefined {
  return typeof value === "object" && !Array.isArray(value)
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function typed(arg: string | boolean): string {
  return typeof arg === "boolean" ? `<boolean>${Number(arg)}</boolean>` : `<string>${escaped(arg)}</string>`;
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const unescaped = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");

function post(socketPath: string, body: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "text/xml", "content-length": Buffer.byteLength(body) };
    const signal = AbortSignal.timeout(timeoutMs);
    const asking = request({ socketPath, path: "/RPC2", method: "POST", headers, signal }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      answer.once("end", () =>
        answer.statusCode === 200 ? resolve(text) : reject(new Error(`status ${answer.statusCode}`)),
      );
      answer.once("error", reject);
    });
    asking.once("error", reject);
    asking.end(body);
  });
}

/** The first value of a document. */
export function valueIn(xml: string): Value {
  const tokens = [...xml.matchAll(/<(\/?)(\w+)(\/?)>([^<]*)/g)].map(
    ([, close = "", name = "", empty = "", text = ""]) => ({
      name: `${close}${name}`,
      isEmpty: empty !== "",
      text: unescaped(text),
    }),
  );
  let at = tokens.findIndex(({ name }) => name === "value");

  function read(): Value {
    const { text } = tokens[at] ?? { text: "" };
    const inner = tokens[(at += 1)];
    // A value without a type is a text.
    if (inner === undefined || inner.name === "/value") return ((at += 1), text);
    if (inner.name === "struct") return struct();
    if (inner.name === "array") return array();
    at += inner.isEmpty ? 2 : 3;
    if (inner.name === "boolean") return inner.text === "1";
    return inner.name === "int" || inner.name === "i4" || inner.name === "double" ? Number(inner.text) : inner.text;
  }

  function struct(): Value {
    const fields: [string, Value][] = [];
    for (at += 1; tokens[at]?.name === "member"; at += 1) {
      const name = tokens[at + 1]?.text ?? "";
      at += 3;
      fields.push([name, read()]);
    }
    at += 2;
    return Object.fromEntries(fields);
  }

  function array(): Value {
    const items: Value[] = [];
    for (at += 2; tokens[at]?.name === "value";) items.push(read());
    at += 3;
    return items;
  }

  return at < 0 ? "" : read();
}

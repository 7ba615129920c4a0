// A strict reader of the XML subset that JUnit uses: throws where a real parser would. Kept small so that it can be
// trusted.

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

// The only characters that XML 1.0 allows (https://www.w3.org/TR/xml/#charsets), as code points.
function assertCharacters(xml: string): void {
  for (const char of xml) {
    const code = char.codePointAt(0) ?? 0;
    const allowed =
      code === 9 ||
      code === 10 ||
      code === 13 ||
      (code >= 0x20 && code <= 0xd7ff) ||
      (code >= 0xe000 && code <= 0xfffd) ||
      code >= 0x10000;
    if (!allowed) throw new Error(`character U+${code.toString(16)} is not allowed in XML`);
  }
}

function decode(raw: string): string {
  if (raw.includes("<") || raw.includes("]]>")) throw new Error(`bare markup in text: ${raw}`);
  return raw.replace(/&([^;]*);?/g, (_whole, entity: string) => {
    const known: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", "#10": "\n", "#9": "\t" };
    const value = known[entity];
    if (value === undefined) throw new Error(`unknown entity: &${entity}`);
    return value;
  });
}

/** Parses a whole document; throws on anything that is not well-formed. */
export function readXml(xml: string): Element {
  assertCharacters(xml);
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "");
  if (body === xml) throw new Error("no XML declaration");
  const token = /<\/([\w-]+)>|<([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
  interface Open {
    name: string;
    attributes: Record<string, string>;
    children: Element[];
    text: string;
  }
  const root: Open = { name: "", attributes: {}, children: [], text: "" };
  const stack: Open[] = [root];
  while (token.lastIndex < body.length) {
    const at = token.lastIndex;
    const match = token.exec(body);
    if (!match) throw new Error(`not well-formed at: ${body.slice(at, at + 60)}`);
    const [, closed, opened, attributes, selfClosed, text] = match;
    const top = stack.at(-1);
    if (!top) throw new Error("content after the end");
    if (text !== undefined) top.text += decode(text);
    else if (closed !== undefined) {
      if (top.name !== closed || stack.length < 2) throw new Error(`</${closed}> closes <${top.name}>`);
      stack.pop();
      stack.at(-1)?.children.push(top);
    } else if (opened !== undefined) {
      const element: Open = { name: opened, attributes: {}, children: [], text: "" };
      for (const [, name = "", value = ""] of (attributes ?? "").matchAll(/([\w-]+)="([^"]*)"/g)) {
        if (name in element.attributes) throw new Error(`attribute ${name} twice`);
        element.attributes[name] = decode(value);
      }
      if (selfClosed === "/") top.children.push(element);
      else stack.push(element);
    }
  }
  const document = root.children[0];
  if (stack.length !== 1 || root.children.length !== 1 || !document) throw new Error("not one closed root element");
  return document;
}

// Knows where in a declaration file a line stands: module, namespace, interface or class, by the indentation that the
// sources keep.

interface Scope {
  readonly indent: number;
  readonly name: string;
  /** A module or the global scope: names below it need no other prefix. */
  readonly root?: true;
}

export interface Scopes {
  /**
   * Takes the next code line: leaves the scopes that ended before it and enters the one it opens. Returns the qualified
   * name it declares.
   */
  readonly enter: (line: string) => string | undefined;
}

/** A tracker for one file; `fileModule` is the name used above the first `declare module`. */
export function createScopes(fileModule: string): Scopes {
  let stack: Scope[] = [];
  const qualified = (name: string): string => {
    const outermost = stack[0];
    const root = outermost?.root === true ? [] : [fileModule];
    return [...root, ...stack.map((scope) => scope.name), name].join(".");
  };
  return {
    enter: (line) => {
      const indent = line.length - line.trimStart().length;
      stack = stack.filter((scope) => scope.indent < indent);
      const module = /^\s*declare module ['"](?:node:)?([^'"]+)['"]\s*\{/.exec(line)?.[1];
      if (module !== undefined) {
        stack.push({ indent, name: module, root: true });
        return module;
      }
      if (/^\s*(?:declare )?global\s*\{/.test(line)) {
        stack = [{ indent, name: "globalThis", root: true }];
        return undefined;
      }
      const name = declaredName(line);
      if (name === undefined) return undefined;
      const symbol = qualified(name);
      if (opensScope(line)) stack.push({ indent, name });
      return symbol;
    },
  };
}

const MODIFIERS = "(?:(?:export|declare|default|abstract|static|readonly|protected|public|async)\\s+)*";
const KEYWORDED = new RegExp(
  `^${MODIFIERS}(?:function|class|interface|namespace|const|let|var|type|enum)\\s+([\\w$]+)`,
);
const MEMBER = new RegExp(`^${MODIFIERS}(?:(?:get|set)\\s+)?(?:"([^"]+)"|'([^']+)'|([\\w$]+))\\s*[?!]?\\s*[(:<]`);
const WELL_KNOWN = new RegExp(`^${MODIFIERS}\\[Symbol\\.(\\w+)\\]`);

/** The name that a declaration line introduces, or undefined when it introduces none. */
function declaredName(line: string): string | undefined {
  const code = line.trim();
  const keyworded = KEYWORDED.exec(code)?.[1];
  if (keyworded !== undefined) return keyworded;
  const symbol = WELL_KNOWN.exec(code)?.[1];
  if (symbol !== undefined) return `Symbol.${symbol}`;
  const member = MEMBER.exec(code);
  return member?.[1] ?? member?.[2] ?? member?.[3];
}

const CONTAINER = new RegExp(`^${MODIFIERS}(?:class|interface|namespace)\\s`);

function opensScope(line: string): boolean {
  const code = line.trim();
  return CONTAINER.test(code) || /[:=]\s*\{$/.test(code);
}

// What stands for all that a service works with, where a test asks its doors alone.

/** What is behind the routes: writes down every call to it, and answers it with more of the same. */
export function behind(calls: string[], name: string): never {
  const part = (): undefined => undefined;
  return new Proxy(part, {
    get: (_, key) => {
      if (key === Symbol.iterator) return () => [].values();
      return typeof key === "symbol" || key === "then" ? undefined : behind(calls, `${name}.${key}`);
    },
    apply: () => {
      calls.push(name);
      return behind(calls, `${name}()`);
    },
  }) as never;
}

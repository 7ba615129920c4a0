// A promise that somebody else settles. `Promise.withResolvers` is not in Node 20.

export interface Later<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: Error) => void;
}

/** One that is not settled yet. A rejection that nobody waits for is no error. */
export function later<Value = void>(): Later<Value> {
  let resolve: Later<Value>["resolve"] = () => undefined;
  let reject: Later<Value>["reject"] = () => undefined;
  const promise = new Promise<Value>((resolveIt, rejectIt) => {
    resolve = resolveIt;
    reject = rejectIt;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

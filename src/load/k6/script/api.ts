// The part of k6's API that our own runtime has. What is not named here is refused before anything starts.

/** Modules that a script may import, and the names that each has beside `default`. */
export const modules: ReadonlyMap<string, readonly string[]> = new Map([
  ["k6", ["check", "fail", "group", "sleep"]],
  ["k6/http", ["get", "post", "put", "patch", "del", "head", "options", "request", "cookieJar", "CookieJar"]],
  ["k6/data", ["SharedArray"]],
  ["k6/metrics", ["Counter", "Gauge", "Rate", "Trend"]],
]);

/** Modules of types alone: nothing of them is left when the script runs. */
export const typeModules: readonly string[] = ["k6/options"];

/** Modules whose default export is an object of the same names. */
export const withDefault: readonly string[] = ["k6/http"];

/** Methods of responses that need a browser's view of the page. */
export const refusedMethods: readonly string[] = ["html", "submitForm", "clickLink"];

/** Exports that are called once, before and after all iterations. */
export const onceExports = ["setup", "teardown", "handleSummary"] as const;

/** What params of a request may say. */
export const requestParams: readonly string[] = ["cookies", "headers", "jar", "tags", "timeout"];

/** Which argument of a function of `k6/http` its params are. */
export const placeOfParams: ReadonlyMap<string, number> = new Map([
  ["get", 1],
  ["head", 1],
  ["post", 2],
  ["put", 2],
  ["patch", 2],
  ["del", 2],
  ["options", 2],
  ["request", 3],
]);

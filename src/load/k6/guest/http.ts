// The module `k6/http` of a script. Runs inside the engine.

import { carriedBy, CookieJar as Jar, cookieJar as ownJar } from "./cookies.ts";
import { refuse, wait } from "./host.ts";
import { tagsOf } from "./tags.ts";
import { Response, type Answer } from "./response.ts";

type Body = string | Readonly<Record<string, unknown>> | null | undefined;

interface Params {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly tags?: object | null;
  readonly timeout?: string | number;
  readonly cookies?: Parameters<typeof carriedBy>[2];
  readonly jar?: Jar | null;
}

/** An object is sent as a form, as k6 does; a list in it as one pair for each. */
function textOf(body: Body): { readonly text: string | null; readonly type?: string } {
  if (body === null || body === undefined) return { text: null };
  if (typeof body === "string") return { text: body };
  const shape = Object.prototype.toString.call(body);
  if (shape !== "[object Object]") return refuse(`a body that is ${shape}`);
  const pairs = Object.entries(body).flatMap(([key, value]) =>
    (Array.isArray(value) ? (value as readonly unknown[]) : [value]).map((one) => `${encoded(key)}=${encoded(one)}`),
  );
  return { text: pairs.join("&"), type: "application/x-www-form-urlencoded" };
}

function encoded(value: unknown): string {
  if (typeof value === "object" && value !== null) return refuse("an object inside of a form");
  return encodeURIComponent(String(value));
}

const known = new Set(["cookies", "headers", "jar", "tags", "timeout"]);

/** What would be left out without a word is no request of the script's. */
function checkParams(params: Params): void {
  for (const key of Object.keys(params)) if (!known.has(key)) refuse(`params.${key} of a request`);
}

function jarOf({ jar }: Params): Jar {
  if (jar === undefined || jar === null) return ownJar();
  return jar instanceof Jar ? jar : refuse("params.jar that is no CookieJar");
}

export function request(method: string, url: unknown, body?: Body, params: Params | null = {}): Response {
  const { text, type } = textOf(body);
  const said = params ?? {};
  checkParams(said);
  const [to, jar] = [String(url), jarOf(said)];
  const own = Object.entries(said.headers ?? {}).map(([name, value]) => [name, String(value)] as const);
  const cookies = carriedBy(jar, to, said.cookies);
  const written = own.filter(([name]) => name.toLowerCase() === "cookie").map(([, value]) => value);
  const cookie = [...written, ...cookies.map(({ name, value }) => `${name}=${value}`)].join("; ");
  const headers = {
    ...(type !== undefined && { "Content-Type": type }),
    ...Object.fromEntries(own.filter(([name]) => name.toLowerCase() !== "cookie")),
    ...(cookie !== "" && { Cookie: cookie }),
  };
  const asked = { method: method.toUpperCase(), url: to, body: text, headers, tags: tagsOf(said.tags) };
  const answer = wait("http", { ...asked, timeout: said.timeout }) as Answer;
  return new Response(answer, { set: jar.take(to, answer.setCookies), carried: cookies });
}

export const get = (url: unknown, params?: Params): Response => request("GET", url, null, params);
export const post = (url: unknown, body?: Body, params?: Params): Response => request("POST", url, body, params);
export const put = (url: unknown, body?: Body, params?: Params): Response => request("PUT", url, body, params);
export const patch = (url: unknown, body?: Body, params?: Params): Response => request("PATCH", url, body, params);
export const del = (url: unknown, body?: Body, params?: Params): Response => request("DELETE", url, body, params);
export const head = (url: unknown, params?: Params): Response => request("HEAD", url, null, params);
export const options = (url: unknown, body?: Body, params?: Params): Response => request("OPTIONS", url, body, params);

export const CookieJar = Jar;
export const cookieJar = ownJar;
export default { get, post, put, patch, del, head, options, request, CookieJar, cookieJar };

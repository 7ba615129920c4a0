// Cookies of a user, as k6 keeps them. Runs inside the engine.

/** Seen by a script in the answer that sets it; `expires` is ms since the epoch, 0 where nothing is said. */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly path: string;
  readonly httpOnly: boolean;
  readonly secure: boolean;
  readonly maxAge: number;
  readonly expires: number;
}

interface CookieOptions {
  readonly domain?: string;
  readonly path?: string;
  readonly expires?: string;
  readonly max_age?: number;
  readonly secure?: boolean;
  readonly http_only?: boolean;
}

interface Kept extends Pick<SetCookie, "name" | "value" | "path" | "secure"> {
  readonly host: string;
  /** ms since the epoch; Infinity: until the jar is emptied. */
  readonly until: number;
}

interface Place {
  readonly host: string;
  readonly path: string;
  readonly isSecure: boolean;
}

/** undefined: a cookie could not be for it. */
function placeOf(url: string): Place | undefined {
  const [, scheme = "", host = "", path = ""] =
    /^(https?):\/\/(?:[^/?#@]*@)?([^/?#:]*|\[[^\]]*\])(?::\d+)?([^?#]*)/i.exec(url) ?? [];
  if (host === "") return undefined;
  return { host: host.toLowerCase(), path: path === "" ? "/" : path, isSecure: scheme.toLowerCase() === "https" };
}

/** Of one `Set-Cookie`; undefined: it sets none. */
function parsed(header: string): SetCookie | undefined {
  const [first = "", ...attributes] = header.split(";").map((part) => part.trim());
  const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(first) ?? [];
  if (name.trim() === "") return undefined;
  const said = new Map(
    attributes.map((one) => {
      const [, key = "", of = ""] = /^([^=]*)=?(.*)$/s.exec(one) ?? [];
      return [key.trim().toLowerCase(), of.trim()] as const;
    }),
  );
  const seconds = /^-?\d+$/.test(said.get("max-age") ?? "") ? Number(said.get("max-age")) : undefined;
  const expires = Date.parse(said.get("expires") ?? "");
  return {
    name: name.trim(),
    value: value.trim().replace(/^"(.*)"$/s, "$1"),
    domain: said.get("domain") ?? "",
    path: said.get("path") ?? "",
    httpOnly: said.has("httponly"),
    secure: said.has("secure"),
    // As in Go: below 0 is "now", and 0 is "nothing said".
    maxAge: seconds === undefined ? 0 : seconds <= 0 ? -1 : seconds,
    expires: Number.isNaN(expires) ? 0 : expires,
  };
}

function pathMatches(asked: string, path: string): boolean {
  return asked === path || (asked.startsWith(path) && (path.endsWith("/") || asked[path.length] === "/"));
}

export class CookieJar {
  #kept: readonly Kept[] = [];

  /** Values by name that a request to the URL would carry. */
  cookiesForURL(url: string): Record<string, string[]> {
    const found = Object.create(null) as Record<string, string[]>;
    for (const { name, value } of this.#for(url)) found[name] = [...(found[name] ?? []), value];
    return found;
  }

  set(url: string, name: string | number, value: string | number, options: CookieOptions | null = {}): boolean {
    const {
      domain = "",
      path = "",
      expires = "",
      max_age: maxAge = 0,
      secure = false,
      http_only: httpOnly = false,
    } = options ?? {};
    const until = expires === "" ? 0 : Date.parse(expires);
    if (Number.isNaN(until)) throw new Error(`expires: "${expires}" is no date, such as Mon, 02 Jan 2026 15:04:05 GMT`);
    this.#keep(url, {
      name: String(name),
      value: String(value),
      domain,
      path,
      maxAge,
      secure,
      httpOnly,
      expires: until,
    });
    return true;
  }

  clear(url: string): void {
    const gone = new Set(this.#for(url));
    this.#kept = this.#kept.filter((one) => !gone.has(one));
  }

  delete(url: string, name: string): void {
    const gone = new Set(this.#for(url).filter((one) => one.name === name));
    this.#kept = this.#kept.filter((one) => !gone.has(one));
  }

  /** Takes what an answer sets, and gives it by name as the script sees it. */
  take(url: string, headers: readonly string[]): Record<string, SetCookie[]> {
    const found = Object.create(null) as Record<string, SetCookie[]>;
    for (const cookie of headers.flatMap((header) => parsed(header) ?? [])) {
      found[cookie.name] = [...(found[cookie.name] ?? []), cookie];
      this.#keep(url, cookie);
    }
    return found;
  }

  empty(): void {
    this.#kept = [];
  }

  /** The longest path first, then the oldest, as browsers send them. */
  #for(url: string): readonly Kept[] {
    const place = placeOf(url);
    if (place === undefined) return [];
    const { host, path, isSecure } = place;
    const now = Date.now();
    return this.#kept
      .filter((one) => one.host === host && one.until > now && (isSecure || !one.secure) && pathMatches(path, one.path))
      .sort((a, b) => b.path.length - a.path.length);
  }

  /** A script reaches one host alone: a cookie of another domain is none of ours, as browsers have it. */
  #keep(url: string, { name, value, domain, path: said, secure, maxAge, expires }: SetCookie): void {
    const place = placeOf(url);
    if (place === undefined) throw new Error(`"${url}" is no URL that a cookie could be for`);
    const { host, path: asked } = place;
    if (domain !== "" && domain.replace(/^\./, "").toLowerCase() !== host) return;
    const path = said.startsWith("/") ? said : asked.slice(0, Math.max(1, asked.lastIndexOf("/")));
    const now = Date.now();
    const until = maxAge !== 0 ? now + maxAge * 1_000 : expires !== 0 ? expires : Infinity;
    const kept = { name, value, path, secure, host, until };
    const at = this.#kept.findIndex((one) => one.name === name && one.path === path && one.host === host);
    if (until <= now) this.#kept = this.#kept.filter((_, index) => index !== at);
    else if (at === -1) this.#kept = [...this.#kept, kept];
    else this.#kept = this.#kept.map((one, index) => (index === at ? kept : one));
  }
}

const own = new CookieJar();

/** That of the user, which is emptied before each iteration unless the options say `noCookiesReset`. */
export const cookieJar = (): CookieJar => own;

type Wanted = Readonly<
  Record<string, string | number | { readonly value?: string | number; readonly replace?: boolean }>
>;

/** One that a request carries, as `response.request` shows it. */
interface Carried {
  readonly name: string;
  readonly value: string;
  readonly replace: boolean;
}

/** Those of the request first, then those of the jar that it does not replace. */
export function carriedBy(jar: CookieJar, url: string, wanted: Wanted | null | undefined): readonly Carried[] {
  const asked = Object.entries(wanted ?? {}).map(([name, one]): Carried => {
    if (typeof one !== "object") return { name, value: String(one), replace: false };
    return { name, value: String(one.value ?? ""), replace: one.replace === true };
  });
  const replaced = new Set(asked.filter(({ replace }) => replace).map(({ name }) => name));
  const kept = Object.entries(jar.cookiesForURL(url)).flatMap(([name, values]) =>
    replaced.has(name) ? [] : values.map((value): Carried => ({ name, value, replace: false })),
  );
  return [...asked, ...kept];
}

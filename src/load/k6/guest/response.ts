// What a request came back with. Runs inside the engine.

import type { SetCookie } from "./cookies.ts";
import { refuse } from "./host.ts";

/** Getters that refuse: what is not there shall not be taken for nothing. */
function refusing(of: string, names: readonly string[]): object {
  return Object.defineProperties(
    {},
    Object.fromEntries(names.map((name) => [name, { get: (): never => refuse(`${of}.${name}`) }])),
  );
}

const noTimings = refusing("timings", ["connecting", "tls_handshaking", "sending", "looking_up"]);
const noParts = ["ocsp", "remote_ip", "remote_port", "tls_version", "tls_cipher_suite", "html"];

/** As the host tells it. */
export interface Answer {
  readonly requestId: number;
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `Set-Cookie`, one by one. */
  readonly setCookies: readonly string[];
  readonly body: string | null;
  readonly error: string;
  readonly errorCode: number;
  readonly timings: Readonly<Record<string, number>>;
  readonly request: Readonly<Record<string, unknown>>;
}

/** Cookies that the answer sets, and that its request carried; both by name. */
interface Cookies {
  readonly set: Readonly<Record<string, readonly SetCookie[]>>;
  readonly carried: readonly { readonly name: string }[];
}

export class Response {
  readonly url: string;
  readonly status: number;
  readonly status_text: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly error: string;
  readonly error_code: number;
  readonly timings: Readonly<Record<string, number>>;
  readonly request: Readonly<Record<string, unknown>>;
  readonly cookies: Cookies["set"];
  readonly proto = "HTTP/1.1";
  readonly #requestId: number;

  constructor(answer: Answer, { set, carried }: Cookies) {
    this.cookies = set;
    this.#requestId = answer.requestId;
    this.url = answer.url;
    this.status = answer.status;
    this.status_text = answer.statusText;
    this.headers = answer.headers;
    this.body = answer.body;
    this.error = answer.error;
    this.error_code = answer.errorCode;
    this.timings = Object.assign(Object.create(noTimings) as object, answer.timings);
    const names = [...new Set(carried.map(({ name }) => name))];
    const cookies = Object.fromEntries(names.map((name) => [name, carried.filter((one) => one.name === name)]));
    this.request = { ...answer.request, cookies };
  }

  get requestId(): number {
    return this.#requestId;
  }

  /** The body as JSON; of a selector the part at its dots (`choices.0.text`). Throws where it is none, as k6 does. */
  json(selector?: string): unknown {
    if (this.body === null) throw new Error("the body is null so we can't transform it to JSON");
    const whole: unknown = JSON.parse(this.body);
    if (selector === undefined) return whole;
    if (!/^[\w-]+(\.[\w-]+)*$/.test(selector))
      return refuse(`json("${selector}"), a selector of other than names at dots`);
    return selector.split(".").reduce<unknown>((value, key) => {
      return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
    }, whole);
  }
}

Object.defineProperties(Response.prototype, Object.getOwnPropertyDescriptors(refusing("response", noParts)));

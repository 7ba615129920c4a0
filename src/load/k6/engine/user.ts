// One user of a script: an engine of its own, in which iterations run one after the other.

import { setTimeout as delay } from "node:timers/promises";
import { formatDuration } from "../../../core/duration.ts";
import { messageOf } from "../../../core/errors.ts";
import type { Ms } from "../../../core/units.ts";
import type { RequestEvent } from "../../../records/timeline/request.ts";
import type { Answer } from "../guest/response.ts";
import { durationOf } from "../script/fields.ts";
import type { Tags } from "../script/thresholds.ts";
import type { Script } from "../script/read-script.ts";
import { Engine, type EngineGlobals, type HostDoor } from "./engine.ts";
import { exchange, type Exchange } from "./exchange.ts";
import { ScriptError, scriptErrorOf } from "./script-error.ts";
import type { World } from "./world.ts";

/** A request as a script asks for it. */
interface Wanted {
  readonly method: string;
  readonly url: string;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** As k6 writes durations. */
  readonly timeout?: string | number | null;
  readonly tags: Tags;
}

/** What a script wants that there is not, and where. */
interface Refused {
  readonly what: string;
  readonly stack: string;
}

interface Sample {
  readonly metric: string;
  readonly value: number;
  readonly tags: Tags;
}

interface CheckSample {
  readonly name: string;
  readonly passed: boolean;
  readonly tags: Tags;
  readonly request?: number;
}

/** Longest that a request may take in k6 where the script does not say, ms. */
const defaultTimeoutMs: Ms = 60_000;
const threwWords = 200;
/** A timer of Node that is set for longer fires at once. */
const longestTimerMs: Ms = 2 ** 31 - 1;

export class User implements HostDoor {
  readonly #world: World;
  readonly #script: Script;
  #engine: Engine | undefined;
  /**
   * When the next request is due, where that is known before it is asked: with the iteration, or at the end of a
   * `sleep`. What we ourselves come later is our lateness, and no think time of the user's.
   */
  #due: Ms | undefined;
  /** Requests that are over, until the script waits again: checks of theirs may follow. */
  readonly #held = new Map<number, RequestEvent>();
  #isEnded = false;

  private constructor(world: World, script: Script) {
    this.#world = world;
    this.#script = script;
  }

  /**
   * A user whose script has run its top level; exported functions are handed `data`. Throws ScriptError when that
   * fails.
   */
  static async start(world: World, script: Script, globals: EngineGlobals, data?: unknown): Promise<User> {
    const user = new User(world, script);
    user.#engine = await Engine.start(script, user, globals, world.limits);
    user.#engine.give(data);
    return user;
  }

  /**
   * Calls a function that is no iteration, and gives what it returns. Rejects with ScriptError where it throws, and
   * after `limitMs`: it then goes no step further.
   */
  async once(name: string, limitMs: Ms): Promise<unknown> {
    const over = new AbortController();
    const late = async (): Promise<never> => {
      await delay(limitMs, undefined, { signal: over.signal });
      throw new ScriptError("limit", `it took longer than ${formatDuration(limitMs)}`);
    };
    try {
      return await Promise.race([this.#engine?.resultOf(name), late()]);
    } finally {
      over.abort();
      this.end();
    }
  }

  /** One iteration; `due` is when it should begin, where that was fixed before. Never rejects. */
  async iterate(exec: string, due?: Ms): Promise<void> {
    if (this.#isEnded) return;
    const began = this.#world.clock.now();
    this.#due = due;
    try {
      await this.#engine?.run(exec);
      if (!this.#isEnded) this.#sample("iterations", 1, { group: "" });
    } catch (thrown) {
      this.#fail(thrown, due ?? began, began);
    }
    this.#release();
  }

  /** The script goes no step further; what is under way has no outcome. */
  end(): void {
    this.#isEnded = true;
    this.#engine?.end();
  }

  call(operation: string, argument: unknown): unknown {
    switch (operation) {
      case "sample": {
        const { metric, value, tags } = argument as Sample;
        return this.#sample(metric, value, tags);
      }
      case "check":
        return this.#check(argument as CheckSample);
      case "refuse":
        return this.#refuse(argument as Refused);
      default:
        throw new Error(`there is no operation ${operation}`);
    }
  }

  async wait(operation: string, argument: unknown): Promise<unknown> {
    this.#release();
    if (this.#engine === undefined)
      throw new Error("requests are for functions: the top level runs before anything does");
    if (operation === "http") return this.#ask(argument as Wanted);
    if (operation === "sleep") return this.#sleep(Number(argument) * 1_000);
    throw new Error(`there is no operation ${operation}`);
  }

  /** The user thinks from when the next request would have been due, not from when we came to it. */
  async #sleep(forMs: Ms): Promise<void> {
    const { clock } = this.#world;
    this.#due = (this.#due ?? clock.now()) + forMs;
    while (clock.now() < this.#due) await delay(Math.min(this.#due - clock.now(), longestTimerMs));
  }

  async #ask(wanted: Wanted): Promise<Answer> {
    const { clock, spec, dispatcher } = this.#world;
    const url = this.#placeOf(wanted.url);
    const id = this.#world.nextId();
    const intended = this.#due ?? clock.now();
    this.#due = undefined;
    const until = Math.min(intended + spec.timeoutMs, clock.now() + timeoutOf(wanted));
    const late = this.#lateAt(id, intended + spec.slowOverMs);
    const { method, body, headers } = wanted;
    const got = await exchange(dispatcher, { method, url, body, headers, until }, clock);
    clearTimeout(late);
    if (!this.#isEnded) this.#hold(eventOf(id, intended, got), { ...wanted.tags, ...requestTags(url, wanted, got) });
    return answerOf(id, url, wanted, got);
  }

  /** Of what the script gives a sample its own groups lie in those of the world, such as `::setup`. */
  #sample(metric: string, value: number, own: Tags): void {
    const { metrics, groups, tags } = this.#world;
    const group = `${tags["group"] ?? ""}${own["group"] ?? ""}`;
    groups.note(group);
    metrics.add(metric, value, { ...tags, ...own, group });
  }

  /** A request without a good answer took as long as it might: one that is refused at once is not a quick one. */
  #hold(event: RequestEvent, tags: Tags): void {
    this.#held.set(event.id, event);
    const isGood = event.outcome === "answered";
    this.#sample("http_reqs", 1, tags);
    this.#sample("http_req_failed", isGood ? 0 : 1, tags);
    this.#sample("http_req_duration", isGood ? event.at - event.intended : this.#world.spec.timeoutMs, tags);
  }

  /** Scripts reach their target and nothing else: one that tries is not the load that the trial was meant to have. */
  #placeOf(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const { origin } = this.#world;
    if (url?.origin === origin) return url;
    const reason = `the script asks for ${text}, and may reach ${origin} alone (\`url\` of its stream)`;
    if (url !== undefined) this.#world.fail(reason);
    throw new Error(url === undefined ? `"${text}" is no URL` : reason);
  }

  #lateAt(id: number, at: Ms): NodeJS.Timeout {
    const { clock, emit } = this.#world;
    return setTimeout(() => emit({ kind: "late", at: clock.now(), id }), Math.max(1, Math.ceil(at - clock.now())));
  }

  #refuse({ what, stack }: Refused): void {
    const { message } = scriptErrorOf({ message: what, stack }, this.#script);
    this.#world.fail(`${message} is outside of the part of k6 that Rebound runs`);
  }

  #check({ name, passed, request, tags }: CheckSample): void {
    this.#sample("checks", passed ? 1 : 0, { ...tags, check: name });
    this.#world.groups.check(`${this.#world.tags["group"] ?? ""}${tags["group"] ?? ""}`, name, passed);
    const id = request ?? [...this.#held.keys()].at(-1);
    const event = id === undefined ? undefined : this.#held.get(id);
    if (event?.outcome === "answered") this.#held.set(event.id, { ...event, right: (event.right ?? true) && passed });
  }

  /** k6 counts an iteration that throws like any other; here its newest request is an error, or it is one itself. */
  #fail(thrown: unknown, due: Ms, began: Ms): void {
    if (this.#isEnded) return;
    if (!(thrown instanceof ScriptError) || thrown.kind !== "thrown") return this.#world.fail(messageOf(thrown));
    const error = `script threw: ${thrown.message}`.slice(0, threwWords);
    const newest = [...this.#held.values()].at(-1);
    if (newest?.outcome === "answered") this.#held.set(newest.id, { ...newest, done: null, outcome: "error", error });
    if (newest !== undefined) return;
    const id = this.#world.nextId();
    const stamps = {
      at: this.#world.clock.now(),
      intended: due,
      sent: began,
      firstToken: null,
      done: null,
      right: null,
    };
    this.#held.set(id, { kind: "request", id, ...stamps, outcome: "error", error });
  }

  /** Nothing more will be learned of requests that are over. */
  #release(): void {
    for (const event of this.#held.values()) this.#world.emit(event);
    this.#held.clear();
  }
}

function timeoutOf({ timeout }: Wanted): Ms {
  const asked = timeout === undefined || timeout === null ? defaultTimeoutMs : durationOf(timeout);
  if (asked === undefined) throw new Error(`timeout: ${JSON.stringify(timeout)} is no duration, such as "30s" or 500`);
  return asked;
}

/** As k6 expects them: 200 to 399. */
function eventOf(id: number, intended: Ms, { sent, done, status, error }: Exchange): RequestEvent {
  const stamps = { kind: "request", at: done, id, intended, sent, firstToken: null, right: null } as const;
  const why = error ?? (status >= 200 && status < 400 ? undefined : `status ${status}`);
  if (why === undefined) return { ...stamps, done, outcome: "answered" };
  return { ...stamps, done: null, outcome: "error", error: why };
}

/** Codes of k6 (lib/netext/httpext/error_codes.go, by their numbers in its documentation). */
const errorCodes: ReadonlyMap<string, number> = new Map([
  ["timeout", 1050],
  ["connection refused", 1212],
  ["connection lost", 1220],
]);

/** Those that k6 gives by itself: `name` and `url` are one, and stand for each other. */
function requestTags(url: URL, { method, tags }: Wanted, got: Exchange): Tags {
  const name = tags["name"] ?? withoutPassword(url);
  const code = errorCodeOf(got);
  const isGood = got.error === undefined && got.status < 400;
  const common = { name, url: name, method, status: String(got.status), expected_response: String(isGood) };
  return code === 0 ? common : { ...common, error_code: String(code) };
}

function withoutPassword(url: URL): string {
  if (url.password === "" && url.username === "") return url.href;
  return Object.assign(new URL(url), { username: "****", password: "****" }).href;
}

function errorCodeOf({ status, error }: Exchange): number {
  if (error !== undefined) return errorCodes.get(error) ?? 1_000;
  return status >= 400 ? 1_000 + status : 0;
}

function answerOf(requestId: number, url: URL, { method, body, headers }: Wanted, got: Exchange): Answer {
  const { asked, sent, head, done, status, error = "" } = got;
  const start = sent ?? done;
  const waiting = (head ?? done) - start;
  const receiving = done - (head ?? done);
  return {
    requestId,
    url: url.href,
    status,
    statusText: status === 0 ? "" : `${status} ${got.statusText}`,
    headers: got.headers,
    setCookies: got.setCookies,
    body: got.body,
    error,
    errorCode: errorCodeOf(got),
    timings: {
      blocked: start - asked,
      waiting,
      receiving,
      duration: waiting + receiving,
    },
    request: { method, url: url.href, body: body ?? "", headers },
  };
}

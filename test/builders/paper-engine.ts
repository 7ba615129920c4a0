// A Docker engine whose containers are on paper: it answers by a socket file, as one does, and ends with the test.

import type { IncomingMessage, ServerResponse } from "node:http";
import { serveOnSocketForTest } from "../support/serve-for-test.ts";

interface PaperContainer {
  readonly name: string;
  readonly body: object;
  isRunning: boolean;
  isPaused: boolean;
  code: number;
  /** Of both outputs, with the heads. */
  output: Buffer;
  readonly waiting: ServerResponse[];
}

/** What is answered instead; undefined: as an engine does; nothing at all, and the connection ends: "breaks off". */
type Instead = (asked: string) => { readonly status: number; readonly says: string } | "breaks off" | undefined;

/** `own`: the container of who asks, which runs. */
export async function startPaperEngine(own: { readonly id: string; readonly shown: object }) {
  const containers = new Map<string, PaperContainer>();
  const asked: string[] = [];
  const served = await serveOnSocketForTest((request, response) => {
    void answer(request, response).catch((error: unknown) => say(response, 500, { message: String(error) }));
  });
  const engine = {
    ...served,
    /** By id; what was removed is there no more. */
    containers,
    /** Each request, in the order of arrival: `POST /containers/c1/start`. */
    asked,
    instead: ((_asked) => undefined) as Instead,
    /** It ends by itself, or by a signal from elsewhere. */
    end(id: string, code: number) {
      const container = containers.get(id);
      if (container === undefined) throw new Error(`no container ${id}`);
      Object.assign(container, { isRunning: false, isPaused: false, code });
      for (const waiting of container.waiting.splice(0)) say(waiting, 200, { StatusCode: code });
    },
  };
  return engine;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray()).toString();
    const what = `${request.method} ${(request.url ?? "").replace("/v1.41", "")}`;
    asked.push(what);
    const instead = engine.instead(what);
    if (instead === "breaks off") return void request.socket.destroy();
    if (instead !== undefined) return say(response, instead.status, { message: instead.says });
    if (what.startsWith("POST /containers/create")) return create(what, body, response);
    // Every image and volume is there.
    if (!what.includes("/containers/")) return say(response, 200, { ApiVersion: "1.47" });
    if (what.startsWith("GET /containers/json"))
      return say(
        response,
        200,
        [...containers.keys()].map((Id) => ({ Id })),
      );
    const [, id = "", verb = ""] = /\/containers\/([^/?]+)(?:\/(\w+))?/.exec(what) ?? [];
    if (id === own.id) return say(response, 200, own.shown);
    const found = [...containers].find(([own, { name }]) => own === id || name === id);
    if (found === undefined) return say(response, 404, { message: `No such container: ${id}` });
    act(engine, { id: found[0], verb, what, container: found[1], response });
  }

  function create(what: string, body: string, response: ServerResponse): void {
    const id = `c${containers.size + 1}`;
    const name = new URLSearchParams(what.split("?")[1]).get("name") ?? "";
    const fresh = { isRunning: false, isPaused: false, code: 0, output: Buffer.alloc(0), waiting: [] };
    containers.set(id, { name, body: JSON.parse(body) as object, ...fresh });
    say(response, 201, { Id: id });
  }
}

interface Order {
  readonly id: string;
  readonly verb: string;
  readonly what: string;
  readonly container: PaperContainer;
  readonly response: ServerResponse;
}

function act(
  engine: { readonly containers: Map<string, PaperContainer>; end(id: string, code: number): void },
  { id, verb, what, container, response }: Order,
): void {
  const { isRunning: Running, isPaused: Paused } = container;
  if (what.startsWith("DELETE")) {
    if (Running) engine.end(id, 137);
    engine.containers.delete(id);
    return say(response, 204);
  }
  if (verb === "json") {
    const state = { Running, Paused, Pid: Running ? 4000 + Number(id.slice(1)) : 0, ExitCode: container.code };
    return say(response, 200, { Id: id, Name: `/${container.name}`, State: state, Config: container.body });
  }
  if (verb === "logs") return void response.writeHead(200).end(container.output);
  if (verb === "wait") {
    if (Running) return void container.waiting.push(response);
    return say(response, 200, { StatusCode: container.code });
  }
  if (verb === "start") return ((container.isRunning = true), say(response, 204));
  if (!Running) return say(response, 409, { message: `container ${id} is not running` });
  if (verb === "pause" && Paused) return say(response, 409, { message: `container ${id} is already paused` });
  if (verb === "pause" || verb === "unpause") return ((container.isPaused = verb === "pause"), say(response, 204));
  say(response, 204);
  // A container on paper minds every signal.
  engine.end(id, what.includes("SIGKILL") ? 137 : 143);
}

function say(response: ServerResponse, status: number, body?: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

/** A piece of a container's output, as an engine sends it. */
export function framed(text: string, stream = 1): Buffer {
  const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

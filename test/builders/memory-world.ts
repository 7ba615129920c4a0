// Stacks that live in the memory of the tests: each replica is a server, edges are delays, and a small API reaches
// them from other processes.

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { loopbackHost, loopbackUrl } from "../../src/core/addresses.ts";
import { HarnessError } from "../../src/core/errors.ts";
import type { ToxicSpec } from "../../src/core/controls.ts";
import type { Target } from "../../src/core/target.ts";

interface Unit {
  readonly service: string;
  readonly replica: string;
  readonly port: number;
  server: Server | undefined;
  /** How often it was started. */
  starts: number;
}

/** What a call of the API asks for. */
export interface Call {
  readonly what: "find" | "kill" | "alive" | "start" | "toxic" | "untoxic" | "toxics" | "trip" | "end";
  readonly replica?: string;
  readonly instance?: string;
  readonly edge?: string;
  readonly toxic?: ToxicSpec;
  readonly name?: string;
}

export class World implements AsyncDisposable {
  readonly id = randomBytes(6).toString("hex");
  readonly units = new Map<string, Unit>();
  readonly edges = new Map<string, ToxicSpec[]>();
  readonly target: Target;
  #api: Server | undefined;
  #turn = 0;

  constructor(target: Target) {
    this.target = target;
    for (const { from, to } of target.edges) this.edges.set(`${from}→${to}`, []);
  }

  async start(): Promise<void> {
    this.#api = await listen(0, (request, response) => void this.#answerApi(request, response));
    for (const { name, replicas } of this.target.services) {
      for (const { id } of replicas) await this.#add(name, id, 0);
    }
    const grows = Number(this.target.start.env["FIXTURE_GROWS"] ?? 0);
    if (grows > 0) await this.#add("vec", "vec-2", grows);
  }

  get apiUrl(): string {
    return loopbackUrl(this.#api === undefined ? 0 : portOf(this.#api));
  }

  unit(replica: string): Unit {
    const found = this.units.get(replica);
    if (found === undefined) throw new HarnessError("bug", `target ${this.target.name} has no replica ${replica}`);
    return found;
  }

  instanceOf({ replica, server, starts }: Unit): string | null {
    return server === undefined ? null : `${this.id}/${replica}#${starts}`;
  }

  living(): readonly (Unit & { readonly instance: string })[] {
    return [...this.units.values()].flatMap((unit) => {
      const instance = this.instanceOf(unit);
      return instance === null ? [] : [{ ...unit, instance }];
    });
  }

  async call({ what, replica = "", instance, edge = "", toxic, name }: Call): Promise<unknown> {
    const toxics = this.edges.get(edge) ?? [];
    switch (what) {
      case "find":
        return this.instanceOf(this.unit(replica));
      case "alive":
        return this.living().some((unit) => unit.instance === instance);
      case "kill": {
        const unit = this.living().find((one) => one.instance === instance);
        if (unit !== undefined) await this.#stop(this.unit(unit.replica));
        return unit !== undefined;
      }
      case "start": {
        const unit = this.unit(replica);
        const started = unit.server === undefined;
        if (started) await this.#run(unit);
        return { started, instance: this.instanceOf(unit) };
      }
      case "toxic":
        if (toxic !== undefined) this.edges.set(edge, [...toxics.filter((one) => one.name !== toxic.name), toxic]);
        return null;
      case "untoxic":
        this.edges.set(
          edge,
          toxics.filter((one) => one.name !== name),
        );
        return toxics.some((one) => one.name === name);
      case "toxics":
        return toxics.map((one) => one.name);
      case "trip": {
        const from = performance.now();
        await this.#cross(edge);
        return performance.now() - from;
      }
      case "end":
        await this[Symbol.asyncDispose]();
        return null;
      default:
        throw new Error(`nobody knows how to ${String(what)}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const unit of this.units.values()) await this.#stop(unit);
    const api = this.#api;
    this.#api = undefined;
    api?.closeIdleConnections();
    api?.close();
  }

  async #add(service: string, replica: string, port: number): Promise<void> {
    const probe = await listen(port, () => undefined);
    const unit: Unit = { service, replica, port: portOf(probe), server: undefined, starts: 0 };
    probe.close();
    this.units.set(replica, unit);
    await this.#run(unit);
  }

  async #run(unit: Unit): Promise<void> {
    unit.server = await listen(unit.port, (request, response) => void this.#answer(unit, request, response));
    unit.starts += 1;
  }

  async #stop(unit: Unit): Promise<void> {
    const { server } = unit;
    unit.server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }

  async #cross(edge: string): Promise<void> {
    for (const { attributes } of this.edges.get(edge) ?? []) await delay(attributes["latency"] ?? 0);
  }

  async #answer(unit: Unit, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", loopbackUrl(unit.port));
    const text = searchParams.get("text") ?? "";
    const backs = this.target.edges.filter(({ from }) => from === unit.replica).map(({ to }) => this.unit(to));
    const back = backs[(this.#turn += 1) % Math.max(1, backs.length)];
    if (pathname !== "/echo" || back === undefined)
      return void response.end(JSON.stringify({ text: pathname.slice(1) }));
    await this.#cross(`${unit.replica}→${back.replica}`);
    if (back.server === undefined) response.statusCode = 502;
    response.end(JSON.stringify({ text }));
  }

  async #answerApi(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const result = await this.call(JSON.parse(Buffer.concat(parts).toString()) as Call);
    response.end(JSON.stringify(result ?? null));
  }
}

async function listen(
  port: number,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(answer).listen(port, loopbackHost);
  await once(server, "listening");
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

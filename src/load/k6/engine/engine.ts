// One engine of JavaScript (QuickJS in WebAssembly) for each user of a script, as k6 has one: no memory in common, no
// file, no network, and limits of memory and time. A call into the host may take its time: the script stands still, and
// nothing else does (src/decisions/0860-one-engine-a-user.md).

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import variant from "@jitl/quickjs-wasmfile-release-asyncify";
import { newQuickJSAsyncWASMModuleFromVariant, newVariant } from "quickjs-emscripten-core";
import type { QuickJSAsyncContext, QuickJSAsyncVariant } from "quickjs-emscripten-core";
import { messageOf } from "../../../core/errors.ts";
import type { Ms } from "../../../core/units.ts";
import type { Script } from "../script/read-script.ts";
import { guestModuleNamed, guestModules, type Sources } from "./guest-modules.ts";
import { ScriptError, scriptErrorOf } from "./script-error.ts";

/** What a script's engine asks of its host; arguments and answers are JSON. */
export interface HostDoor {
  call(operation: string, argument: unknown): unknown;
  wait(operation: string, argument: unknown): Promise<unknown>;
}

/** Limits of one engine. */
export interface EngineLimits {
  /** Bytes of its memory. */
  readonly memoryBytes: number;
  /** ms of processor time that it may take at a stretch, without waiting for anything. */
  readonly stretchMs: Ms;
}

export const usualLimits: EngineLimits = { memoryBytes: 64 * 1024 * 1024, stretchMs: 2_000 };

/** Values of a script's world beside its modules. */
export interface EngineGlobals {
  readonly __ENV: Readonly<Record<string, string>>;
  readonly __VU: number;
}

const stackBytes = 512 * 1024;

/** Node has it; its types do not. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<object> };

let compiled: Promise<QuickJSAsyncVariant> | undefined;

/** Compiled once for all engines. */
async function variantOf(): Promise<QuickJSAsyncVariant> {
  const file = createRequire(import.meta.url).resolve("@jitl/quickjs-wasmfile-release-asyncify/wasm");
  // The package's types describe its CommonJS form, where the variant is inside; this is its module.
  const base = variant as unknown as QuickJSAsyncVariant;
  return newVariant(base, { wasmModule: await WebAssembly.compile(await readFile(file)) });
}

export class Engine {
  readonly #context: QuickJSAsyncContext;
  readonly #script: Script;
  readonly #limits: EngineLimits;
  #until: Ms = 0;
  #isEnded = false;

  private constructor(context: QuickJSAsyncContext, script: Script, limits: EngineLimits) {
    this.#context = context;
    this.#script = script;
    this.#limits = limits;
  }

  /** An engine in which the script's top level has run. Throws ScriptError when that fails. */
  static async start(
    script: Script,
    door: HostDoor,
    globals: EngineGlobals,
    limits: EngineLimits = usualLimits,
  ): Promise<Engine> {
    compiled ??= variantOf();
    const module = await newQuickJSAsyncWASMModuleFromVariant(await compiled);
    const engine = new Engine(module.newContext(), script, limits);
    engine.#limit();
    engine.#begin();
    engine.#resolve(await guestModules());
    engine.#open(door, globals);
    await engine.#evaluate();
    return engine;
  }

  /** Exported functions have it as their argument from now on. */
  give(argument: unknown): void {
    const json = JSON.stringify(argument);
    if (json === undefined) return;
    this.#begin();
    const result = this.#context.evalCode(`__give(${JSON.stringify(json)})`, "rebound");
    if (result.error !== undefined) throw this.#errorOf(result.error);
    result.value.dispose();
  }

  /** Calls an exported function. Throws ScriptError with the place where it threw. One at a time. */
  async run(name: string): Promise<void> {
    await this.#call(name, false);
  }

  /** The same, with what it returns as far as JSON has it. */
  async resultOf(name: string): Promise<unknown> {
    return this.#call(name, true);
  }

  async #call(name: string, isKept: boolean): Promise<unknown> {
    this.#begin();
    const result = await this.#context.evalCodeAsync(`__run(${JSON.stringify(name)}, ${isKept})`, "rebound");
    if (result.error !== undefined) throw this.#errorOf(result.error);
    const answer = JSON.parse(this.#context.getString(result.value)) as Returned;
    result.value.dispose();
    if (answer.thrown?.message === "InternalError: out of memory") throw this.#tooMuchMemory();
    if (answer.thrown !== undefined) throw scriptErrorOf(answer.thrown, this.#script);
    return answer.returned;
  }

  /** The script goes no step further, whatever it is doing or waiting for. */
  end(): void {
    this.#isEnded = true;
  }

  #limit(): void {
    const { runtime } = this.#context;
    runtime.setMemoryLimit(this.#limits.memoryBytes);
    runtime.setMaxStackSize(stackBytes);
    runtime.setInterruptHandler(() => this.#isEnded || processorMs() > this.#until);
  }

  #resolve(guests: Sources): void {
    const { modules } = this.#script;
    this.#context.runtime.setModuleLoader(
      (name) => guests.get(name) ?? modules.get(name)?.code ?? { error: new Error(`there is no module ${name}`) },
      (from, specifier) => guestModuleNamed(specifier, from) ?? modules.get(from)?.imports.get(specifier) ?? specifier,
    );
  }

  #open(door: HostDoor, globals: EngineGlobals): void {
    const context = this.#context;
    const call = context.newFunction("__call", (operation, argument) => {
      const [name, given] = [context.getString(operation), context.getString(argument)];
      return context.newString(answered(() => door.call(name, JSON.parse(given))));
    });
    const wait = context.newAsyncifiedFunction("__wait", async (operation, argument) => {
      const [name, given] = [context.getString(operation), context.getString(argument)];
      const answer = await door.wait(name, JSON.parse(given)).then(answerText, errorText);
      this.#begin();
      return context.newString(answer);
    });
    for (const [name, value] of [
      ["__call", call],
      ["__wait", wait],
    ] as const) {
      context.setProp(context.global, name, value);
      value.dispose();
    }
    for (const [name, value] of Object.entries(globals)) {
      // As a text that is parsed inside: of JSON as code `__proto__` would be no key.
      const json = JSON.stringify(JSON.stringify(value));
      const made = context.unwrapResult(context.evalCode(`JSON.parse(${json})`));
      context.setProp(context.global, name, made);
      made.dispose();
    }
  }

  async #evaluate(): Promise<void> {
    this.#begin();
    const entry = JSON.stringify(this.#script.entry);
    const code = `import { expose } from "guest/run";\nimport * as script from ${entry};\nexpose(script);\n`;
    const result = await this.#context.evalCodeAsync(code, "", { type: "module" });
    if (result.error !== undefined) throw this.#errorOf(result.error);
    result.value.dispose();
  }

  /** From now on it may compute for so long. */
  #begin(): void {
    this.#until = processorMs() + this.#limits.stretchMs;
  }

  #tooMuchMemory(): ScriptError {
    const mib = this.#limits.memoryBytes / 1024 / 1024;
    return new ScriptError("limit", `the script needs more than ${mib} MiB for one user`);
  }

  #errorOf(handle: Parameters<QuickJSAsyncContext["dump"]>[0]): ScriptError {
    const dumped = this.#context.dump(handle) as { name?: string; message?: string; stack?: string };
    handle.dispose();
    if (dumped.message === "interrupted") {
      if (this.#isEnded) return new ScriptError("ended", "the load is over");
      return new ScriptError("limit", `the script computed for ${this.#limits.stretchMs} ms without waiting`);
    }
    if (dumped.message === "out of memory") return this.#tooMuchMemory();
    const message = `${dumped.name ?? "Error"}: ${dumped.message ?? ""}`;
    return scriptErrorOf({ message, stack: dumped.stack ?? "" }, this.#script);
  }
}

/** Of this process: on a busy machine a script may take its time. */
function processorMs(): Ms {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

interface Returned {
  readonly thrown?: { readonly message: string; readonly stack: string };
  readonly returned?: unknown;
}

function answered(make: () => unknown): string {
  try {
    return answerText(make());
  } catch (error) {
    return errorText(error);
  }
}

const answerText = (value: unknown): string => JSON.stringify({ value: value ?? null });
const errorText = (error: unknown): string => JSON.stringify({ error: messageOf(error) });

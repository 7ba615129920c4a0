// The bundled engine as a process of its own (`INFERENCE_PROCESS=apart`): requests come and tokens go by the channel to
// the process that listens. It ends with that channel.

import { messageOf } from "../common/log.ts";
import { readStackConfig } from "../config.ts";
import { openEngine } from "./bundled-engine.ts";
import type { FromEngine, ToEngine } from "./engine-door.ts";

const engine = openEngine(readStackConfig(process.env));
const underWay = new Map<number, AbortController>();
let shown = JSON.stringify(engine.memory());

function send(message: FromEngine): void {
  // Who listens may have ended meanwhile; `disconnect` follows.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

/** Says how KV memory is now, once who is granted blocks at once has them. */
function showMemory(): void {
  setImmediate(() => {
    const view = engine.memory();
    const text = JSON.stringify(view);
    if (text === shown) return;
    shown = text;
    send({ kind: "memory", view });
  });
}

async function answer({ id, asked }: Extract<ToEngine, { kind: "begin" }>): Promise<void> {
  const leaving = new AbortController();
  underWay.set(id, leaving);
  showMemory();
  try {
    const { chunks, finish, ...begun } = await engine.generate(asked, leaving.signal, (tokens) =>
      send({ kind: "read", id, tokens }),
    );
    send({ kind: "begun", id, ...begun });
    for await (const tokens of chunks) {
      send({ kind: "tokens", id, tokens });
      showMemory();
    }
    send({ kind: "ended", id, finish: finish() });
  } catch (error) {
    send({ kind: "failed", id, says: messageOf(error) });
  } finally {
    underWay.delete(id);
    showMemory();
  }
}

async function judge({ id, asked }: Extract<ToEngine, { kind: "why-not" }>): Promise<void> {
  try {
    send({ kind: "judged", id, why: (await engine.whyNot?.(asked, new AbortController().signal)) ?? null });
  } catch (error) {
    send({ kind: "failed", id, says: messageOf(error) });
  }
}

process.on("message", (message: ToEngine) => {
  if (message.kind === "begin") void answer(message);
  else if (message.kind === "why-not") void judge(message);
  else if (message.kind === "clear") {
    void engine.clearCache().then((blocks) => send({ kind: "cleared", id: message.id, blocks }));
  } else underWay.get(message.id)?.abort();
});
process.once("disconnect", () => process.exit(0));
// The process that listens is told to end too, and ends this one.
process.on("SIGTERM", () => undefined);
process.on("SIGINT", () => undefined);

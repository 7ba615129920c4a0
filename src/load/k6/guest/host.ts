// The one door of a script to the world outside of its engine. Runs inside the engine (QuickJS): no Node here.

type Door = (operation: string, argument: string) => string;

const inside = globalThis as unknown as { __call: Door; __wait: Door };
const { __call: called, __wait: waited } = inside;
// Scripts find no way past their API.
Reflect.deleteProperty(globalThis, "__call");
Reflect.deleteProperty(globalThis, "__wait");

function answerOf(text: string): unknown {
  const answer = JSON.parse(text) as { value: unknown; error?: string };
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer.value;
}

/** Asks for what is known at once. */
export function call(operation: string, argument: unknown): unknown {
  return answerOf(called(operation, JSON.stringify(argument) ?? "null"));
}

/** The same for what takes time: the script stands still until it is there. */
export function wait(operation: string, argument: unknown): unknown {
  return answerOf(waited(operation, JSON.stringify(argument) ?? "null"));
}

/** What would be left out without a word: the trial does not go on with it, and says where the script wants it. */
export function refuse(what: string): never {
  call("refuse", { what, stack: new Error(what).stack ?? "" });
  throw new Error(`there is no ${what}`);
}

// What an operator asks the supervisor for, with a token of the bench's own.

import type { RunningStack } from "../../stack/boot.ts";

export const OPERATOR = { STACK_OPERATOR_TOKEN: "token-of-the-bench-operator" } as const;

/** How long an operation took, ms. Throws when it was refused. */
export async function operate(
  stack: RunningStack,
  operation: string,
  args: Readonly<Record<string, string>>,
): Promise<number> {
  const began = performance.now();
  const answer = await fetch(`http://127.0.0.1:${stack.port("supervisor")}/operations/${operation}`, {
    method: "POST",
    headers: { authorization: `Bearer ${OPERATOR.STACK_OPERATOR_TOKEN}` },
    body: JSON.stringify(args),
  });
  const said = await answer.text();
  if (!answer.ok) throw new Error(`${operation} answered ${answer.status}: ${said}`);
  return performance.now() - began;
}

/** The names of all operations that there are: a name that is none is refused by them. */
export async function operationsOf(stack: RunningStack): Promise<readonly string[]> {
  const [none, headers] = ["none-of-them", { authorization: `Bearer ${OPERATOR.STACK_OPERATOR_TOKEN}` }];
  const url = `http://127.0.0.1:${stack.port("supervisor")}/operations/${none}`;
  const { error } = (await (await fetch(url, { method: "POST", headers })).json()) as { readonly error: string };
  return error.replace(/^.*expected one of /, "").split(", ");
}

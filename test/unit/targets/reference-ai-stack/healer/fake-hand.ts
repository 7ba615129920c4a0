// The hand of the stack in memory: what it does shows in the replicas.
import type { Hand, OperationArgs, Outcome } from "../../../../../targets/reference-ai-stack/healer/nouns.ts";
import type { FakeServer } from "./fake-servers.ts";

/** What a process holds when it has started. */
export const FRESH_MIB = 90;

/** What is done to a replica. */
interface Handled {
  weight: number;
  damagedShare: number;
}

const DONE: Outcome = { outcome: "done", says: "done" };

/** An arg that has to be a text. */
function text(arg: OperationArgs[string] | undefined): string {
  if (typeof arg !== "string") throw new Error(`expected a text, found ${JSON.stringify(arg)}`);
  return arg;
}

interface Touchable {
  readonly touched: string[];
  readonly servers: ReadonlyMap<string, FakeServer>;
}

/** A hand that does to the stack in memory what the supervisor would. */
export function handOn(
  find: (name: string) => Handled,
  hands: { readonly brokenRestart: boolean; readonly hears: () => void },
  { touched, servers }: Touchable,
): Hand {
  const operations: Readonly<Record<string, (args: OperationArgs) => void>> = {
    "restart-replica": ({ replica }) => {
      touched.push(`restart ${text(replica)}`);
      if (hands.brokenRestart) return;
      const anew = { pid: 1000 + touched.length, hung: false, oldestMs: 0, memoryMiB: FRESH_MIB };
      Object.assign(find(text(replica)), anew);
      servers.get(text(replica))?.restart();
    },
    "set-weights": ({ weights }) => {
      for (const [name, weight] of Object.entries(weights ?? {})) {
        touched.push(`weight ${name} ${weight}`);
        find(name).weight = Number(weight);
      }
    },
    "restore-index": ({ replica, source }) => {
      touched.push(`index ${text(replica)} from ${text(source)}`);
      find(text(replica)).damagedShare = source === "snapshot" ? 0 : find(text(source)).damagedShare;
    },
  };
  return {
    async do(operation, args) {
      hands.hears();
      const known = operations[operation];
      if (known === undefined) touched.push(`${operation} ${JSON.stringify(args)}`);
      else known(args);
      return DONE;
    },
  };
}

// The hand of the stack in memory: what it does shows in the replicas.
import type { Hand, OperationArgs, Outcome, WayView } from "../../../../../targets/reference-ai-stack/healer/nouns.ts";
import type { SourceView } from "../../../../../targets/reference-ai-stack/healer/telemetry/read-sources.ts";
import type { IngestionLook } from "../../../../../targets/reference-ai-stack/healer/telemetry/read-ingestion.ts";
import { rollBackIn, type FakeModels } from "./fake-models.ts";
import type { FakeServer } from "./fake-servers.ts";

/** What a process holds when it has started. */
export const FRESH_MIB = 90;

/** What is done to a replica. */
interface Handled {
  weight: number;
  damagedShare: number;
  unlinkedShare?: number;
  cacheRotten: boolean;
  keptStale: boolean;
  drifted: boolean;
  queue?: IngestionLook;
  reduced?: number;
  dead?: number;
  lacks?: readonly string[];
  misembedded?: number;
  failing: boolean;
  paths?: readonly WayView[];
  sources?: readonly SourceView[];
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
  readonly models: FakeModels;
  readonly join: (service: string) => void;
  readonly leave: (replica: string) => void;
}

/** Documents arrive all the time. */
function freshProcess(pid: number) {
  const writes = { wrote: 1, writeRefused: undefined };
  return { pid, hung: false, engineHung: false, oldestMs: 0, memoryMiB: FRESH_MIB, ...writes };
}

/** What is done to the index of a vector replica, and to the model of the embedder. */
function indexOperations(
  find: (name: string) => Handled,
  touched: string[],
): Readonly<Record<string, (args: OperationArgs) => void>> {
  return {
    "restore-model": ({ replica }) => {
      touched.push(`model of ${text(replica)}`);
      find(text(replica)).drifted = false;
    },
    "reembed-corpus": ({ service }) => {
      touched.push(`reembed ${text(service)}`);
      for (const name of ["vector-1", "vector-2"]) find(name).misembedded = 0;
    },
    "compact-index": ({ replica }) => {
      touched.push(`compact ${text(replica)}`);
      find(text(replica)).dead = 0;
    },
    "resync-records": ({ replica, source }) => {
      touched.push(`records of ${text(replica)} from ${text(source)}`);
      find(text(replica)).lacks = [];
    },
    "relink-index": ({ replica }) => {
      touched.push(`relink ${text(replica)}`);
      find(text(replica)).unlinkedShare = 0;
    },
    "restore-index": ({ replica, source }) => {
      touched.push(`index ${text(replica)} from ${text(source)}`);
      find(text(replica)).unlinkedShare = 0;
      find(text(replica)).damagedShare = source === "snapshot" ? 0 : find(text(source)).damagedShare;
    },
  };
}

/** What is asked of the ingestion, or of who keeps vectors, ends what is wrong with its queue or its vectors. */
function tendingOperations(find: (name: string) => Handled, touched: string[]) {
  const ofQueue = [
    "retry-ingestion",
    "scale-ingestion",
    "prune-ingestion",
    "dead-letter",
    "roll-back-batch",
    "quarantine-source",
    "release-source",
  ];
  const names = [...ofQueue, "clear-cache"];
  const tend = (name: string) => (args: OperationArgs) => {
    touched.push(`${name} ${text(args["replica"])}`);
    const one = find(text(args["replica"]));
    one.keptStale = false;
    if (one.queue !== undefined)
      one.queue = { ...one.queue, lagMs: 0, head: null, held: [], suspects: [], writeRefused: null };
  };
  return Object.fromEntries(names.map((name) => [name, tend(name)]));
}

/** What failed on the way before fails no more on the other. */
function routeOperations(find: (name: string) => Handled, touched: string[]) {
  return {
    "route-path": ({ service, path }: OperationArgs) => {
      touched.push(`route ${text(service)} by ${text(path)}`);
      for (const name of ["inference-1", "inference-2"]) {
        const one = find(name);
        one.failing = false;
        one.paths = one.paths?.map((way) => ({ ...way, inUse: way.path === path })) ?? [];
      }
    },
  };
}

/** Who is turned away guesses on, and no guess is looked at. */
function doorOperations(find: (name: string) => Handled, touched: string[]) {
  return {
    "block-source": ({ service, sources }: OperationArgs) => {
      touched.push(`block ${Object.keys(sources ?? {}).join(", ")} at ${text(service)}`);
      const one = find(text(service));
      const isBlocked = ({ source }: SourceView): boolean => Object.keys(sources ?? {}).includes(source);
      one.sources = one.sources?.map((view) => (isBlocked(view) ? { ...view, blockedMs: 60_000 } : view)) ?? [];
    },
  };
}

/** A hand that does to the stack in memory what the supervisor would. */
export function handOn(
  find: (name: string) => Handled,
  hands: { readonly brokenRestart: boolean; readonly hears: () => void },
  { touched, servers, models, join, leave }: Touchable,
): Hand {
  const restart = (word: string, replica: string): void => {
    touched.push(`${word} ${replica}`);
    if (hands.brokenRestart) return;
    Object.assign(find(replica), freshProcess(1000 + touched.length));
    servers.get(replica)?.restart();
  };
  const operations: Readonly<Record<string, (args: OperationArgs) => Outcome | void>> = {
    "restart-replica": ({ replica }) => restart("restart", text(replica)),
    "recycle-replica": ({ replica }) => restart("recycle", text(replica)),
    "set-weights": ({ weights }) => {
      for (const [name, weight] of Object.entries(weights ?? {})) {
        touched.push(`weight ${name} ${weight}`);
        find(name).weight = Number(weight);
      }
    },
    "roll-back-model": ({ version, seenAt }) => {
      if (!rollBackIn(models, text(version), seenAt)) return { outcome: "failed", says: "served otherwise by now" };
      touched.push(`roll back ${text(version)}`);
      return DONE;
    },
    "eject-backend": ({ replica }) => (touched.push(`eject ${text(replica)}`), void (find(text(replica)).weight = 0)),
    "clear-prefix-cache": ({ replica }) => {
      touched.push(`clear ${text(replica)}`);
      find(text(replica)).cacheRotten = false;
    },
    ...tendingOperations(find, touched),
    "add-replica": ({ service }) => {
      touched.push(`add ${text(service)}`);
      join(text(service));
    },
    "reduce-service": ({ service, level }) => {
      touched.push(`reduce ${text(service)} ${Number(level)}`);
      for (const name of ["inference-1", "inference-2"]) find(name).reduced = Number(level);
    },
    "remove-replica": ({ replica }) => {
      touched.push(`remove ${text(replica)}`);
      leave(text(replica));
    },
    ...indexOperations(find, touched),
    ...routeOperations(find, touched),
    ...doorOperations(find, touched),
  };
  return {
    async do(operation, args) {
      hands.hears();
      const known = operations[operation];
      if (known !== undefined) return known(args) ?? DONE;
      touched.push(`${operation} ${JSON.stringify(args)}`);
      return DONE;
    },
  };
}

// Files that the streams of chosen intents name: looked at before anything is started. Streams that nobody sends are
// not looked at, so that who sends none pays for none.

import { existsSync } from "node:fs";
import type { CodedProblem } from "../core/errors.ts";
import type { Intent } from "../core/intent.ts";
import type { SentStream, SourceKind } from "../core/load-source.ts";
import { streamsOf } from "../core/streams.ts";
import type { Target, TargetStream } from "../core/target.ts";
import type { Ms } from "../core/units.ts";
import { readWholeText } from "../store/read-experiments.ts";

/** What is wrong with them, each stream told once. `shown`: a path as people are shown it. */
export async function scriptProblems(
  intents: readonly Intent[],
  targets: ReadonlyMap<string, Target>,
  { sources, shown }: { readonly sources: readonly SourceKind[]; readonly shown: (path: string) => string },
): Promise<readonly CodedProblem[]> {
  const files = { exists: existsSync, read: readWholeText, shown };
  const sent = new Map<TargetStream, { readonly dir: string; readonly by: SentStream[] }>();
  for (const intent of intents) {
    const target = targets.get(intent.target);
    for (const { name, ...load } of target === undefined ? [] : streamsOf(intent.load)) {
      const stream = target?.streams.find((one, index) => (name === undefined ? index === 0 : one.name === name));
      if (target === undefined || stream === undefined) continue;
      const known = sent.get(stream) ?? { dir: target.dir, by: [] };
      sent.set(stream, known);
      known.by.push({ intent: intent.file, stream: stream.name, load, atLeastMs: leastLoadMs(intent) });
    }
  }
  const found = await Promise.all(
    [...sent].map(async ([stream, { dir, by }]) => {
      if (!("source" in stream)) return [];
      const source = sources.find(({ name }) => name === stream.source);
      return (await source?.check?.({ params: stream.params, dir, sent: by }, files)) ?? [];
    }),
  );
  return found.flat();
}

/** How long a trial of it has load at least: to the time by which it must be well again. */
function leastLoadMs({ load, watchMs }: Intent): Ms {
  return load.warmupMs + load.baselineMs + watchMs;
}

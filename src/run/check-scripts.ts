// Files that the streams of chosen intents name: looked at before anything is started. Streams that nobody sends are
// not looked at, so that who sends none pays for none.

import { existsSync } from "node:fs";
import type { Problem } from "../core/errors.ts";
import type { Intent } from "../core/intent.ts";
import type { SourceKind } from "../core/load-source.ts";
import { streamsOf } from "../core/streams.ts";
import type { Target, TargetStream } from "../core/target.ts";
import { readWholeText } from "../store/read-experiments.ts";

/** What is wrong with them, each stream told once. `shown`: a path as people are shown it. */
export async function scriptProblems(
  intents: readonly Intent[],
  targets: ReadonlyMap<string, Target>,
  { sources, shown }: { readonly sources: readonly SourceKind[]; readonly shown: (path: string) => string },
): Promise<readonly Problem[]> {
  const files = { exists: existsSync, read: readWholeText, shown };
  const sent = new Map<TargetStream, Target>();
  for (const intent of intents) {
    const target = targets.get(intent.target);
    for (const { name } of target === undefined ? [] : streamsOf(intent.load)) {
      const stream = target?.streams.find((one, index) => (name === undefined ? index === 0 : one.name === name));
      if (target !== undefined && stream !== undefined) sent.set(stream, target);
    }
  }
  const found = await Promise.all(
    [...sent].map(async ([stream, { dir }]) => {
      if (!("source" in stream)) return [];
      const source = sources.find(({ name }) => name === stream.source);
      return (await source?.check?.(stream.params, dir, files)) ?? [];
    }),
  );
  return found.flat();
}

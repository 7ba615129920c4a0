// Many small questions of one moment as one large one: an engine behind a connection answers a hundred searches in
// hardly more time than one.

/**
 * Gathers what is asked until the work of this moment is done, and hands each its own answer. All fail with the batch.
 */
export function batched<Asked, Answer>(
  askAll: (all: readonly Asked[]) => Promise<readonly Answer[]>,
): (one: Asked) => Promise<Answer> {
  let waiting: { readonly asked: Asked; readonly resolve: (answer: Promise<Answer>) => void }[] = [];
  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    const answers = askAll(batch.map(({ asked }) => asked));
    batch.forEach(({ resolve }, at) => resolve(answers.then((all) => all[at] as Answer)));
  };
  return (asked) =>
    new Promise((resolve) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ asked, resolve });
    });
}

// Long work in pieces: whoever has other things to do goes on between two of them, and who has not takes it at once.

/** Gives its result after the last piece. */
export type Steps<Result> = Generator<void, Result>;

/** All pieces, one after the other. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

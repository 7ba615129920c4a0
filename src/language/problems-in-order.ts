// Problems as a reader meets them: from the top of the file, each once.

import { formatProblem } from "../core/errors.ts";
import type { Problem } from "../core/errors.ts";

/** Problems in the order of the file; what an anchor carries to several places is told once. */
export function inOrder<P extends Problem>(problems: readonly P[]): readonly P[] {
  const once = [...new Map(problems.map((problem) => [formatProblem(problem), problem])).values()];
  const line = ({ place }: Problem): number => place?.line ?? 0;
  const column = ({ place }: Problem): number => place?.column ?? 0;
  return once.toSorted((a, b) => line(a) - line(b) || column(a) - column(b));
}

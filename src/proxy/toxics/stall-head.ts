// stall_head: an answer is there and does not begin: not even its head leaves for `duration` ms.

import { stallsAnswers } from "../http/stalled-answer.ts";

/**
 * Of our own: `duration` in whole ms, 0 for as long as the toxic is there; the `share` of answers, of those to POST
 * alone where `posts` is 1. Interim answers (1xx) are spared.
 */
export const stallHead = stallsAnswers("stall_head", false);

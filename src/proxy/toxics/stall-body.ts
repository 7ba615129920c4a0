// stall_body: an answer stands still after its head, and its body comes `duration` ms late.

import { stallsAnswers } from "../http/stalled-answer.ts";

/**
 * Of our own: `duration` in whole ms, 0 for as long as the toxic is there; the `share` of answers, of those to POST
 * alone where `posts` is 1. Interim answers (1xx) are spared.
 */
export const stallBody = stallsAnswers("stall_body", true);

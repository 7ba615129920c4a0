// Canaries: words of our own in users' questions, one for each request. An answer that holds another request's has
// something in it that was somebody else's.

import { createHash } from "node:crypto";

/** The canary of one request, and how those of others are known. */
export interface Canary {
  /** Sixteen small letters and digits: one word to whatever reads it. */
  readonly text: string;
  /** What every canary of the load begins with; none is found where this is not. */
  readonly tag: string;
  /** Is this the canary of another request of the same load that was made already? */
  isOthers(text: string): boolean;
}

/** Makes the canaries of one load, by the numbers of its requests from 1 on. */
export type MakeCanary = (id: number) => Canary;

/** Units of the tag, of the number in it, and of the check by which a number that was made up is known. */
const [TAG, NUMBER, CHECK] = [7, 5, 4];

/** Units of a canary. */
export const canaryLength = TAG + NUMBER + CHECK;

/** `source` tells loads apart: what a cache kept from another trial is not of this one. */
export function canariesOf(source: string): MakeCanary {
  const tag = `k${wordOf(`tag ${source}`, TAG - 1)}`;
  const textOf = (id: number): string => {
    const number = id.toString(36).padStart(NUMBER, "0");
    return `${tag}${number}${wordOf(`${source} ${number}`, CHECK)}`;
  };
  let made = 0;
  return (id) => {
    made = Math.max(made, id);
    const text = textOf(id);
    return {
      text,
      tag,
      isOthers(found) {
        const other = Number.parseInt(found.slice(TAG, TAG + NUMBER), 36);
        return other !== id && other >= 1 && other <= made && found === textOf(other);
      },
    };
  };
}

/** So many small letters and digits, by a hash of the text. */
function wordOf(text: string, length: number): string {
  const digest = createHash("sha256").update(text).digest().readBigUInt64BE();
  return digest.toString(36).padStart(13, "0").slice(-length);
}

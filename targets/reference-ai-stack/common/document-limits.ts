// How large one version of a document may be, for who cuts it and for who stores it: what the first lets through fits
// the second's door.
import { DIMENSIONS } from "../embedder/cache.ts";

/** Passages of one document. */
export const MOST_PASSAGES = 64;
/** Characters of a title, which stands in each passage. */
export const LONGEST_TITLE = 500;
/** Characters of the whole text, as it arrives. */
export const LONGEST_TEXT = 100_000;

/** Of one character in JSON: `\u0001`. */
const BYTES_OF_CHARACTER = 6;
/** Of one number of a vector, with its comma: sign, 17 digits, point and exponent. */
const BYTES_OF_NUMBER = 26;
/** Of names, tags and field names: of the document once and of each passage. */
const BYTES_OF_REST = 4096;

/** Bytes of the longest document as it is written to a vector replica, from the limits above. */
export const MOST_WRITE_BYTES =
  MOST_PASSAGES * (DIMENSIONS * BYTES_OF_NUMBER + LONGEST_TITLE * BYTES_OF_CHARACTER + BYTES_OF_REST) +
  LONGEST_TEXT * BYTES_OF_CHARACTER +
  BYTES_OF_REST;

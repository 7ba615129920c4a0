// What the exit code of a k6 says of the load (errext/exitcodes of k6 2.2.0, and its command `run`).

/** clean: it ran to its end, or to ours · thresholds: the same, and some were crossed · words: why it says nothing. */
export type Ended = "clean" | "thresholds" | { readonly why: string };

const reasons: Readonly<Record<number, string>> = {
  97: "a run in the cloud failed",
  98: "the cloud did not answer",
  100: "setup took too long",
  101: "teardown took too long",
  102: "something took too long",
  103: "its REST server could not begin",
  104: "its options or thresholds are none that it knows",
  107: "the script threw outside of an iteration",
  108: "the script ended the test",
  109: "it broke (Go panic)",
  110: "the script marked the test as failed",
  255: "the script could not be read",
};

/** `wasAsked`: it was we who ended it. */
export function endedBy(code: number | null, signal: string | null, wasAsked: boolean): Ended {
  if (code === 0) return "clean";
  if (code === 99) return "thresholds";
  if (code === 105 && wasAsked) return "clean";
  if (code === 105) return { why: "k6 was ended from outside (105)" };
  if (code === null) return { why: `k6 was killed (${signal ?? "?"})` };
  return { why: `k6 ended with ${code}: ${reasons[code] ?? "a code that is not known"}` };
}

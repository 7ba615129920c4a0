// What is told of one code: what the problem means, why it is refused, and two texts that a test lints.

/** What the texts of an example are, so that a test can lint them. */
export type ExampleKind =
  /** Keys of an intent, in place of those of a sound one. */
  | "intent"
  /** The same, asked for where no impact was measured yet. */
  | "uncalibrated"
  /** Keys of a target.yaml, in place of those of a sound one. */
  | "target"
  /** The same for a target whose platform is docker. */
  | "containers"
  /** The compose file that such a target names. */
  | "compose"
  /** A k6 script, sent at 10 requests a second. */
  | "script"
  /** The same, with `run_by: k6` in target.yaml. */
  | "script by k6"
  /** A whole file. */
  | "file"
  /** The path of an intent. */
  | "path"
  /** Paths of several intents. */
  | "paths";

/** One row of the table of codes. */
export interface ProblemEntry {
  /** A few words; heads the entry. */
  readonly title: string;
  readonly means: string;
  readonly why: string;
  readonly todo: string;
  readonly of: ExampleKind;
  readonly wrong: string;
  readonly right: string;
}

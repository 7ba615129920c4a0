// What every reader of a body can do. What it finds it tells the facts.

export interface BodyReader {
  /** The next bytes, cut anywhere. */
  push(bytes: Buffer): void;
  /** The body ended cleanly: the facts have a verdict after this. */
  end(): void;
  /** The connection is lost. The facts have a verdict after this only if the answer was whole before. */
  lose(): void;
}

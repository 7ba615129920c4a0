/** See find-engine.mjs. */
export declare function findEngine(
  environment?: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined>;

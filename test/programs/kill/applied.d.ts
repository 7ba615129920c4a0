interface Round {
  readonly plan: { readonly moment: { readonly phase: string }; readonly fault: { readonly name: string } };
  /** What the run has said. */
  readonly said: string;
}

export declare function neverApplied(results: readonly Round[]): readonly string[];

export declare function isAfterFault(moment: { readonly phase: string }): boolean;

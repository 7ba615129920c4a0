/** See engine-folders.mjs. */
export declare function enginesIn(folder: string): Promise<number[]>;

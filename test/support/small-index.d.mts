/** Bytes before the first row. */
export declare const headerBytes: number;

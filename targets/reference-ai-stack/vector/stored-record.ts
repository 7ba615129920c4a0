/** One passage as it is stored. */
export interface StoredRecord {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly vector: Float32Array;
}

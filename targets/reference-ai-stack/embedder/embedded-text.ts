// What the model makes of one text.

export interface EmbeddedText {
  readonly vector: Float32Array;
  readonly tokens: number;
}

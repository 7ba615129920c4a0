// Vectors as they come over the wire.

/** 32-bit floats in base64, in the order of bytes of this machine. */
export function floatsIn(text: unknown): Float32Array | null {
  if (typeof text !== "string") return null;
  const bytes = Buffer.from(text, "base64");
  // A copy, because a view has to begin at a multiple of four.
  return bytes.length % 4 === 0 ? new Float32Array(Uint8Array.from(bytes).buffer) : null;
}

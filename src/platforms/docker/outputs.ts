// What a container's program wrote, as the engine hands it on: without a terminal each piece comes with a header of
// eight bytes, which output it is of, and its length at the end.

const headerBytes = 8;
const ofErrors = 2;

interface Outputs {
  readonly both: string;
  readonly output: string;
  readonly complaints: string;
}

export function outputsIn(bytes: Buffer): Outputs {
  const pieces: { readonly of: number; readonly bytes: Buffer }[] = [];
  for (let at = 0; at + headerBytes <= bytes.length;) {
    const length = bytes.readUInt32BE(at + 4);
    const [of = 0, from] = [bytes[at], at + headerBytes];
    pieces.push({ of, bytes: bytes.subarray(from, from + length) });
    at = from + length;
  }
  const textOf = (wanted: (of: number) => boolean): string =>
    Buffer.concat(pieces.filter(({ of }) => wanted(of)).map((piece) => piece.bytes)).toString("utf8");
  return {
    both: textOf(() => true),
    output: textOf((of) => of !== ofErrors),
    complaints: textOf((of) => of === ofErrors),
  };
}

// Versions of k6 whose formats are known: what this folder reads was written after their source.

/** From the first that takes ES modules as they are, to the newest whose source was read. */
const least = [0, 57] as const;
const most = [2, 3] as const;

export const knownVersions = `k6 ${least.join(".")} to ${most.join(".")}`;

/** Of what `k6 version` prints; undefined: it is none. */
export function versionIn(printed: string): string | undefined {
  return /^k6(?:\.exe)? v?(\d+\.\d+\.\d+\S*)/m.exec(printed)?.[1];
}

export function isKnown(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const number = ([first, second]: readonly [number, number]): number => first * 1_000 + second;
  const own = number([major, minor]);
  return own >= number(least) && own <= number(most);
}

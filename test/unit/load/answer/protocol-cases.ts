import { expect, it } from "vitest";
import { event, read } from "./reading.ts";
import type { Mix } from "./reading.ts";

export type Case = readonly [title: string, body: string, word: string, mix?: Mix, note?: string];

export function check(cases: readonly Case[], stream: Mix["stream"] & string): void {
  for (const [title, body, word, mix, note] of cases) {
    it(title, () => {
      const seen = read(body, { mix: { stream, ...mix } });
      expect([seen.word, seen.note]).toEqual([word, note]);
    });
  }
}

export const typed = (type: string, more: object = {}): string => event({ type, ...more }, type);

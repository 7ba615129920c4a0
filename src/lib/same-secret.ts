// Secrets are compared in a time that tells nothing of them, whatever their lengths.

import { createHash, timingSafeEqual } from "node:crypto";

/** True when both are the same text. */
export function isSameSecret(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

// The last lines that a container has written, of both its outputs.

import type { Engine } from "./engine.ts";
import { outputsIn } from "./outputs.ts";

/** Empty when there are none, or it is gone. */
export async function lastLines({ docker }: Engine, id: string, count: number): Promise<readonly string[]> {
  try {
    const bytes = await docker.getContainer(id).logs({ stdout: true, stderr: true, tail: count, follow: false });
    return outputsIn(bytes)
      .both.split("\n")
      .filter((line) => line.trim() !== "")
      .slice(-count);
  } catch {
    return [];
  }
}

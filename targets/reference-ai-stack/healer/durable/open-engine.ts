// The engine that the configuration chooses. Restate is loaded only for who wants it.
import type { Logger } from "../../common/log.ts";
import type { EngineChoice } from "../../engine-settings.ts";
import type { Disk } from "../disk.ts";
import type { Clock } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { createEngine } from "./engine.ts";
import type { Engine } from "./flow.ts";

export interface OpenEngineParts {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly log: Logger;
}

export async function openEngine<Input>(
  choice: EngineChoice,
  { disk, clock, log }: OpenEngineParts,
): Promise<Engine<Input>> {
  const { kept } = NUMBERS.incidents;
  if (choice.kind === "sqlite")
    return createEngine<Input>({ state: disk.state, loaded: disk.state.loaded, clock, kept });
  const { createRestateEngine } = await import("./restate/restate-engine.ts");
  const onWarning = (says: string): void => log.warn("the engine", { reason: says });
  return createRestateEngine<Input>({ ...choice, clock, kept, onTrouble: disk.note("engine"), onWarning });
}

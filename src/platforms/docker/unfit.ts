// What keeps a target's containers from running on the engine of this machine, as far as that shows before a start. The
// engine is asked, and nothing is done to it.

import { HarnessError, messageOf } from "../../core/errors.ts";
import type { Unfit } from "../../core/platform.ts";
import type { Target } from "../../core/target.ts";
import { troublesWith } from "./attach.ts";
import { missingImages } from "./compose-start.ts";
import { openEngine, type Engine } from "./engine.ts";
import { openProject, placesOf } from "./project.ts";

/** An engine that stacks can run on, or why there is none; `at`: the key of target.yaml that asks for it. */
export async function unfitOnEngine(
  at: Unfit["at"],
  look: (engine: Engine) => Promise<readonly Unfit[]>,
): Promise<readonly Unfit[]> {
  const expected = "a Docker engine of this machine, 20.10 or later, that runs as root";
  try {
    return await look(await openEngine());
  } catch (thrown) {
    const hint = thrown instanceof HarnessError ? thrown.hint : undefined;
    return [{ at, found: messageOf(thrown), expected, ...(hint !== undefined && { suggestion: hint }) }];
  }
}

/** See `Platform.unfit`. */
export function unfitContainers(target: Target): Promise<readonly Unfit[]> {
  // Its compose file may name an image that its prepare command builds.
  if (target.start.compose !== undefined) return unfitOnEngine(["start", "compose"], async () => []);
  return unfitOnEngine(["platform"], async (engine) => {
    const { compose, project } = target.containers ?? {};
    if (compose !== undefined) {
      return (await missingImages(engine, compose)).map(({ name, image }) => ({
        at: ["containers", "compose"],
        found: `the engine has no image ${image}, of the service ${name}`,
        expected: "images that are there: trials fetch nothing",
        suggestion: "pull or build it first",
      }));
    }
    if (project === undefined) return [];
    const places = placesOf(target);
    return troublesWith(openProject(engine, project, places, target.name), places, target);
  });
}

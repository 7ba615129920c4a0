// What keeps a target's containers from running on the engine of this machine, as far as that shows before a start. The
// engine is asked, and nothing is done to it.

import { HarnessError, messageOf } from "../../core/errors.ts";
import type { Unfit } from "../../core/platform.ts";
import type { Target } from "../../core/target.ts";
import { troublesWith } from "./attach.ts";
import { missingImages } from "./compose-start.ts";
import { openEngine, statusOf, type Engine } from "./engine.ts";
import { openProject, placesOf } from "./project.ts";

/**
 * Looks on an engine that stacks can run on, or says why there is none; `at`: the key of target.yaml that asks for it.
 * Throws HarnessError "environment" for an engine that breaks while it is looked at, and what else `look` throws.
 */
export async function unfitOnEngine(
  at: Unfit["at"],
  look: (engine: Engine) => Promise<readonly Unfit[]>,
): Promise<readonly Unfit[]> {
  let engine: Engine;
  try {
    engine = await openEngine();
  } catch (thrown) {
    if (!(thrown instanceof HarnessError)) throw thrown;
    const { message: found, hint } = thrown;
    const expected = "a Docker engine of this machine, 20.10 or later, that runs as root";
    return [{ at, found, expected, ...(hint !== undefined && { suggestion: hint }) }];
  }
  try {
    return await look(engine);
  } catch (thrown) {
    if (!isOfEngine(thrown)) throw thrown;
    const words = `the engine at ${engine.host} could not be looked at: ${messageOf(thrown)}`;
    throw new HarnessError("environment", words, { cause: thrown });
  }
}

/** What it answered, or that its connection broke (ECONNRESET); no mistake of ours. */
function isOfEngine(thrown: unknown): boolean {
  if (statusOf(thrown) !== undefined) return true;
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  return typeof code === "string" && /^E(?!RR_)/.test(code);
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

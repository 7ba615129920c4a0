// Where the replicas of a stack listen on this machine, and as what they are known by their answers.

import { z } from "zod";
import { loopbackUrl } from "../../core/addresses.ts";
import type { Place, RouteControl } from "../../core/controls.ts";
import { HarnessError } from "../../core/errors.ts";
import type { Target } from "../../core/target.ts";
import { answerShape } from "../toxiproxy/answer-shape.ts";

export const placeSchema = z.object({
  replica: z.string(),
  service: z.string(),
  port: z.number().int(),
  calledBy: z.array(z.string()),
});

/** Every replica that the target lists and that has a port. */
export function placesOf(target: Target, ports: Readonly<Record<string, number>>): z.infer<typeof placeSchema>[] {
  return target.services.flatMap(({ name: service, replicas }) =>
    replicas.flatMap(({ id: replica }) => {
      const port = ports[replica];
      const callers = target.edges.filter(({ to }) => to === replica || to === service).map(({ from }) => from);
      return port === undefined ? [] : [{ replica, service, port, calledBy: [...new Set(callers)] }];
    }),
  );
}

/** `healthPath`: of the site's service, asked wherever a request may come out. */
export function routeControl(
  places: readonly Place[],
  healthPath: string,
  through: RouteControl["through"],
): RouteControl {
  return {
    places: () => places,
    through,
    async straight(replica, signal) {
      const place = places.find((each) => each.replica === replica);
      if (place === undefined) throw new HarnessError("environment", `the way back knows no replica ${replica}`);
      return answerShape(`${loopbackUrl(place.port)}${healthPath}`, signal);
    },
  };
}

import { expect, it } from "vitest";
import { offers } from "../../../src/platforms/processes/controls.ts";
import { shop } from "../../builders/intent-fixtures.ts";

it("an edge to a service whose health wants headers, or speaks no HTTP, offers no faults of edges", () => {
  const [edge] = shop.edges;
  const service = shop.services.find(({ name, replicas }) => name === edge?.to || replicas[0]?.id === edge?.to);
  if (edge === undefined || service === undefined) throw new Error("the shop has an edge");
  const site = { service: service.name, replica: service.replicas[0]?.id ?? "", edgeFrom: edge.from };
  const offered = (health?: NonNullable<typeof service.health>): readonly string[] =>
    offers({ ...shop, services: [{ ...service, ...(health && { health }) }] }, site);
  expect(offered()).toContain("edge");
  expect(offered({ status: 204 })).toContain("edge");
  for (const health of [{ headers: { "api-key": "{env:KEY}" } }, { tcp: true } as const]) {
    for (const control of ["edge", "strikes", "routes"]) expect(offered(health)).not.toContain(control);
  }
});

// Who is let in where: every route of every service that is not a plain look, asked with nothing, with a wrong token
// and with everybody else's. Whoever adds a route says in guarded-services.ts who may use it, and the route has to
// agree.
import { describe, expect, it } from "vitest";
import { OPERATIONS } from "../../../../targets/reference-ai-stack/supervisor/operations/table.ts";
import { SECRETS } from "../../../builders/stack-secrets.ts";
import { plain, SERVICES, TOKENS, type Served } from "./guarded-services.ts";

const WRONG: readonly (string | undefined)[] = [
  undefined,
  "Bearer",
  "Bearer undefined",
  "Bearer of-nobody",
  `Bearer ${SECRETS.supervisorToken} ${SECRETS.supervisorToken}`,
  `Basic ${Buffer.from(`supervisor:${SECRETS.supervisorToken}`).toString("base64")}`,
];

/** Each route once; what is one route of many operations is one for each of them. */
function routesOf({ app }: Served): readonly string[] {
  const written = app.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method} ${path}`);
  const whole = written.flatMap((route) =>
    route.includes(":operation") ? OPERATIONS.map(({ name }) => route.replace(":operation", name)) : [route],
  );
  return [...new Set(whole.map(plain))];
}

async function ask({ app }: Served, route: string, authorization: string | undefined): Promise<number> {
  const [method = "", path = ""] = route.split(" ");
  const headers = { host: "127.0.0.1", ...(authorization !== undefined && { authorization }) };
  const answer = await app.request(path, { method, headers, ...(method !== "GET" && { body: "{}" }) });
  await answer.body?.cancel();
  return answer.status;
}

const isTurnedAway = (status: number): boolean => status === 401 || status === 403;

/** What is behind a route is none of the service: a route that fails on it has let somebody in. */
function openQuietly(serve: (calls: string[]) => Served, calls: string[]): Served {
  const served = serve(calls);
  served.app.onError((_, c) => c.body(null, 500));
  return served;
}

describe.each(Object.entries(SERVICES))("a route of the %s", (_, serve) => {
  it("that changes something, or is not for all to see, is listed with who may use it", async () => {
    const served = openQuietly(serve, []);
    const routes = routesOf(served);
    expect(routes.length).toBeGreaterThan(2);
    const changing = routes.filter((route) => !route.startsWith("GET "));
    expect(changing.filter((route) => served.may[route] === undefined)).toEqual([]);
    expect(Object.keys(served.may).filter((route) => !routes.includes(route))).toEqual([]);
    for (const look of routes.filter((route) => route.startsWith("GET ") && served.may[route] === undefined)) {
      expect([look, isTurnedAway(await ask(served, look, undefined))]).toEqual([look, false]);
    }
  });

  it("does nothing for who has no token, a wrong one, or one of somebody else", async () => {
    const calls: string[] = [];
    const served = openQuietly(serve, calls);
    const whose = (who: string): string => `Bearer ${TOKENS[who] ?? ""}`;
    for (const [route, who] of Object.entries(served.may)) {
      if (who === "anybody") continue;
      const others = Object.keys(TOKENS).filter((name) => !who.includes(name));
      for (const given of [...WRONG, ...others.map(whose)]) {
        calls.length = 0;
        expect([route, given, isTurnedAway(await ask(served, route, given))]).toEqual([route, given, true]);
        expect([route, given, calls]).toEqual([route, given, []]);
      }
    }
  });

  it("lets in whose token it asks for", async () => {
    const served = openQuietly(serve, []);
    for (const [route, who] of Object.entries(served.may)) {
      for (const name of who === "anybody" ? [] : who) {
        const status = await ask(served, route, `Bearer ${TOKENS[name] ?? ""}`);
        expect([route, name, isTurnedAway(status)]).toEqual([route, name, false]);
      }
    }
  });
});

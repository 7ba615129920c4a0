// The operator console: plain pages on the supervisor, for people who have a token. A session is a cookie that scripts
// and other sites do not get; each form carries a secret of the session, and must come from this very page.
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { PAGE_HEADERS } from "../../common/page-headers.ts";
import { may, personOf, rolesWith } from "../../common/people.ts";
import { askJson } from "../../healer/telemetry/http-json.ts";
import { approvalBody, handOn, type ApprovalsParts } from "../approvals.ts";
import { SCRIPT, STYLE } from "./assets.ts";
import { consolePage, incidentPage, loginPage, partsOf } from "./page.ts";
import { createSessions, isCsrf, type Session } from "./sessions.ts";
import { gatherView, type ViewParts } from "./view.ts";

export interface ConsoleParts extends ApprovalsParts, ViewParts {
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

const COOKIE = "stack-console";
const LONGEST_BODY = 16 * 1024;
const TIMEOUT_MS = 1000;

/** Everything below `/console`. */
export function createConsole(parts: ConsoleParts): Hono {
  const app = new Hono();
  const sessions = createSessions(parts.now);
  const sessionOf = (c: Context): Session | undefined => sessions.find(getCookie(c, COOKIE));
  app.use(async (c, next) => {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value);
    if (!isHere(c.req.header("host"))) return c.text("expected a request to this machine by its own name", 421);
    if (c.req.method !== "POST" || comesFromHere(c)) return next();
    turnAway(parts, c, { principal: sessionOf(c)?.person.name ?? "nobody", why: "the form is of another page" });
    return c.text("expected a form of this console", 403);
  });
  app.use(bodyLimit({ maxSize: LONGEST_BODY, onError: (c) => c.text("the form is too long", 413) }));
  app.get("/style.css", (c) => c.body(STYLE, 200, { "content-type": "text/css; charset=utf-8" }));
  app.get("/script.js", (c) => c.body(SCRIPT, 200, { "content-type": "text/javascript; charset=utf-8" }));
  app.get("/", async (c) => {
    const session = sessionOf(c);
    if (session === undefined) return c.html(loginPage(""));
    return showConsole(parts, c, session, "");
  });
  app.get("/parts", async (c) => {
    const session = sessionOf(c);
    if (session === undefined) return c.json({ error: "log in" }, 401);
    const shown = partsOf(await gatherView(parts), session, Date.now());
    const texts = await Promise.all(Object.entries(shown).map(async ([name, part]) => [name, String(await part)]));
    return c.json(Object.fromEntries(texts));
  });
  app.get("/incidents/:id", async (c) => {
    if (sessionOf(c) === undefined) return c.html(loginPage(""), 401);
    const id = c.req.param("id");
    const path = `/incidents/${encodeURIComponent(id)}/explanation`;
    const answer = await askJson({ port: parts.config.ports.healer, path, timeoutMs: TIMEOUT_MS });
    const known = answer.kind === "answered" && answer.status === 200;
    return c.html(incidentPage(id, known ? answer.body : undefined), known ? 200 : 404);
  });
  mountForms(app, parts, sessions);
  return app;
}

function mountForms(app: Hono, parts: ConsoleParts, sessions: ReturnType<typeof createSessions>): void {
  app.post("/login", async (c) => {
    const { token } = await formOf(c);
    const person = personOf(typeof token === "string" ? `Bearer ${token}` : undefined, parts.config.people);
    if (person === undefined) {
      turnAway(parts, c, { principal: "nobody", why: "no such token" });
      return c.html(loginPage("Nobody has this token."), 401);
    }
    const { id } = sessions.open(person);
    setCookie(c, COOKIE, id, { httpOnly: true, sameSite: "Strict", path: "/console" });
    return c.redirect("/console", 303);
  });
  app.post("/logout", async (c) => {
    const session = sessions.find(getCookie(c, COOKIE));
    const { csrf } = await formOf(c);
    if (session !== undefined && isCsrf(session, csrf)) sessions.end(session.id);
    deleteCookie(c, COOKIE, { path: "/console" });
    return c.redirect("/console", 303);
  });
  app.post("/approvals", async (c) => {
    const session = sessions.find(getCookie(c, COOKIE));
    const { csrf, incident, ...rest } = await formOf(c);
    if (session === undefined || !isCsrf(session, csrf)) {
      turnAway(parts, c, { principal: session?.person.name ?? "nobody", why: "no session, or a form of another one" });
      return c.html(loginPage("Log in first."), 401);
    }
    const { person } = session;
    if (!may(person, "approve")) {
      turnAway(parts, c, { principal: person.name, why: `this needs the role ${rolesWith("approve")}` });
      return showConsole(parts, c, session, `This needs the role ${rolesWith("approve")}.`, 403);
    }
    const body = approvalBody.safeParse(rest);
    if (!body.success || typeof incident !== "string" || incident === "") {
      return showConsole(parts, c, session, "The form was not whole; nothing was answered.", 400);
    }
    const handed = await handOn(parts, incident, { ...body.data, by: person.name });
    if (handed.status !== 200)
      return showConsole(parts, c, session, `It does not count: ${handed.error}.`, handed.status);
    const left = handed.missing === 0 ? "" : `; ${handed.missing} more must agree`;
    return showConsole(parts, c, session, `You have answered ${incident}: ${body.data.answer}${left}.`);
  });
}

type Shown = 200 | 400 | 403 | 404 | 409 | 410 | 502;

async function showConsole(
  parts: ConsoleParts,
  c: Context,
  session: Session,
  ...[note, status = 200]: [note: string, status?: Shown]
): Promise<Response> {
  const shown = partsOf(await gatherView(parts), session, Date.now());
  return c.html(consolePage(session, shown, note), status);
}

async function formOf(c: Context): Promise<Readonly<Record<string, unknown>>> {
  return c.req.parseBody().catch(() => ({}));
}

/** A name that leads here from a page of another site would else be let in by the browser. */
function isHere(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host ?? "");
}

/** Other ports of this machine are the same site to a browser, so that SameSite alone would let their pages post. */
function comesFromHere(c: Context): boolean {
  const origin = c.req.header("origin");
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  return origin === undefined || origin === `http://${c.req.header("host") ?? ""}`;
}

function turnAway(
  { gate }: ConsoleParts,
  c: Context,
  attempt: { readonly principal: string; readonly why: string },
): void {
  gate.turnedAway({ ...attempt, where: `${c.req.method} ${c.req.path}` });
}

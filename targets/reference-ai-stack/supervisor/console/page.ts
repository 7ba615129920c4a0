// The console's pages as HTML. Every value goes in through hono's template, which escapes it.
import { html } from "hono/html";
import { may, type Person } from "../../common/people.ts";
import type { Session } from "./sessions.ts";
import type { ShownIncident, ShownQuestion, ShownRecord, ShownSignal, View } from "./view.ts";

type Html = ReturnType<typeof html>;

/** The parts of the page that change, by name. */
export type Parts = Readonly<Record<"approvals" | "incidents" | "signals" | "services" | "audit", Html>>;

export function loginPage(note: string): Html {
  return shell(
    "Log in",
    html`<header><h1>Operator console</h1></header>
      <main>
        ${noteOf(note)}
        <form method="post" action="/console/login">
          <label for="token">Your token</label>
          <input id="token" name="token" type="password" autocomplete="current-password" required autofocus />
          <p><button class="main">Log in</button></p>
        </form>
      </main>`,
  );
}

export function consolePage({ person, csrf }: Session, parts: Parts, note: string): Html {
  return shell(
    "Operator console",
    html`<header>
        <h1>Operator console</h1>
        <span class="muted">${person.name} (${person.role}) · <span id="live" role="status">as of now</span></span>
        <form method="post" action="/console/logout">
          <input type="hidden" name="csrf" value="${csrf}" /><button>Log out</button>
        </form>
      </header>
      <main>
        ${noteOf(note)} ${part("approvals", "Approval queue", parts)} ${part("incidents", "Incidents", parts)}
        ${part("signals", "Live signals", parts)} ${part("services", "Services and replicas", parts)}
        ${part("audit", "Audit trail", parts)}
      </main>`,
  );
}

export function partsOf(view: View, session: Session, now: number): Parts {
  return {
    approvals: approvals(view.questions, session, now),
    incidents: incidents(view.incidents),
    signals: signals(view.signals),
    services: services(view.replicas),
    audit: audit(view.audit),
  };
}

function shell(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/console/style.css" />
      </head>
      <body>
        ${body}
        <script src="/console/script.js" defer></script>
      </body>
    </html>`;
}

function noteOf(note: string): Html | string {
  return note === "" ? "" : html`<p class="note" role="alert">${note}</p>`;
}

function part(name: keyof Parts, title: string, parts: Parts): Html {
  return html`<h2 id="${name}">${title}</h2>
    <section data-part="${name}" aria-labelledby="${name}">${parts[name]}</section>`;
}

const SILENT = html`<p class="bad">The healer does not answer.</p>`;

function approvals(questions: readonly ShownQuestion[] | undefined, session: Session, now: number): Html {
  if (questions === undefined) return SILENT;
  if (questions.length === 0) return html`<p class="muted">Nothing is asked.</p>`;
  return html`${questions.map((question) => card(question, session, now))}`;
}

function card(question: ShownQuestion, { person, csrf }: Session, now: number): Html {
  const { incident, pathway, target, plan, given, outcome, expires, tags } = question;
  const isOpen = outcome === "open" && Date.parse(expires) > now;
  const answers = given.map(({ by, answer }) => `${answer} by ${by}`).join(", ");
  const who = question.approvals === 1 ? "one person" : `${question.approvals} different people`;
  return html`<div class="card ${isOpen ? "" : "over"}">
    <p>
      <strong>${pathway}</strong> on <strong>${target}</strong> for
      <a href="/console/incidents/${incident}">${incident}</a>
    </p>
    <p>
      ${isOpen ? html`<span class="wait">waits for ${who}</span>` : html`<strong>${outcome === "open" ? "expired" : outcome}</strong>`}
      until ${expires}; unanswered: ${question.safeDefault}${tags.length === 0 ? "" : `; data: ${tags.join(", ")}`}
    </p>
    ${answers === "" ? "" : html`<p>${answers}</p>`}
    <p class="hash">plan ${plan}</p>
    ${isOpen ? buttons(question, person, csrf) : ""}
  </div>`;
}

function buttons({ incident, plan, nonce, given, pathway, target }: ShownQuestion, person: Person, csrf: string): Html {
  if (!may(person, "approve")) return html`<p class="muted">Your role may look, not answer.</p>`;
  if (given.some(({ by }) => by === person.name))
    return html`<p class="muted">You have answered; somebody else is needed.</p>`;
  const what = `${pathway} on ${target}`;
  return html`<form class="row" method="post" action="/console/approvals">
    <input type="hidden" name="csrf" value="${csrf}" /><input type="hidden" name="incident" value="${incident}" />
    <input type="hidden" name="plan" value="${plan}" /><input type="hidden" name="nonce" value="${nonce}" />
    <button class="main" name="answer" value="granted" aria-label="Approve ${what}">Approve</button>
    <button name="answer" value="denied" aria-label="Deny ${what}">Deny</button>
  </form>`;
}

function place({ service, replica }: { readonly service: string; readonly replica?: string | undefined }): string {
  return replica ?? service;
}

const STATES: Readonly<Record<string, string>> = { open: "wait", closed: "good", escalated: "bad", held: "muted" };

function incidents(all: readonly ShownIncident[] | undefined): Html {
  if (all === undefined) return SILENT;
  if (all.length === 0) return html`<p class="muted">No incident.</p>`;
  const rows = all.map(({ id, scope, state, events }) => {
    const last = events.at(-1);
    return html`<tr>
      <td><a href="/console/incidents/${id}">${id}</a></td>
      <td>${place(scope)}</td>
      <td><span class="${STATES[state] ?? "muted"}">${state}</span></td>
      <td class="when">${last?.time ?? ""}</td>
      <td>${last?.type ?? ""}: ${last?.detail.reasons.join("; ") ?? ""}</td>
    </tr>`;
  });
  return table(["incident", "where", "state", "last", "why"], rows);
}

function signals(all: readonly ShownSignal[] | undefined): Html {
  if (all === undefined) return SILENT;
  if (all.length === 0) return html`<p class="good">Nothing is out of order.</p>`;
  return table(
    ["signal", "where", "says"],
    all.map(
      ({ name, scope, says }) =>
        html`<tr>
          <td>${name}</td>
          <td>${place(scope)}</td>
          <td>${says}</td>
        </tr>`,
    ),
  );
}

function services(replicas: View["replicas"]): Html {
  const rows = replicas.map(({ service, replica, pid, port, version, weight }) => {
    const life = pid === null ? html`<span class="bad">gone</span>` : html`<span class="good">runs</span>`;
    return html`<tr>
      <td>${service}</td>
      <td>${replica}</td>
      <td>${life}</td>
      <td class="num">${pid ?? "–"}</td>
      <td class="num">${port}</td>
      <td class="num">${weight ?? "–"}</td>
      <td>${version}</td>
    </tr>`;
  });
  return table(["service", "replica", "state", "pid", "port", "traffic", "version"], rows);
}

function audit(records: readonly ShownRecord[]): Html {
  const rows = records.map(({ seq, time, principal, what, prev: _prev, hash: _hash, ...rest }) => {
    return html`<tr>
      <td class="num">${seq}</td>
      <td class="when">${time}</td>
      <td>${principal}</td>
      <td>${what}</td>
      <td>${JSON.stringify(rest).slice(0, 400)}</td>
    </tr>`;
  });
  return table(["no.", "time", "principal", "what", "more"], rows);
}

function table(heads: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="box" tabindex="0" role="region" aria-label="${heads[0] ?? ""} table">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** One incident, explained: lists of sentences under their headings. */
export function incidentPage(id: string, explained: unknown): Html {
  return shell(
    id,
    html`<header>
        <h1>${id}</h1>
        <a href="/console">back to the console</a>
      </header>
      <main>
        ${explained === undefined ? html`<p class="bad">Nothing is known of it (any more).</p>` : tree(explained)}
      </main>`,
  );
}

function tree(value: unknown): Html | string {
  if (Array.isArray(value)) {
    return value.length === 0
      ? html`<span class="muted">–</span>`
      : html`<ul>
          ${value.map((one) => html`<li>${tree(one)}</li>`)}
        </ul>`;
  }
  if (typeof value !== "object" || value === null) return String(value);
  return html`<ul>
    ${Object.entries(value).map(([key, one]) => html`<li><strong>${key}</strong>: ${tree(one)}</li>`)}
  </ul>`;
}

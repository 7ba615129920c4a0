// Style and script of the console. Both are whole here: nothing is loaded from elsewhere, and the page works without
// the script too, which only brings what has changed.
import { PAGE_STYLE } from "../../common/page-style.ts";

export const STYLE = `${PAGE_STYLE}
main, header { max-width: 1080px; margin: 0 auto; padding: 0 16px; }
header { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; padding-top: 20px; }
header form { margin-left: auto; }
.box { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; min-width: 680px; font-size: 14px; }
th, td { overflow-wrap: normal; text-align: left; vertical-align: top; padding: 6px 12px; border-top: 1px solid var(--line); }
thead th { border-top: 0; font-size: 13px; color: var(--muted); white-space: nowrap; }
td:first-child, td:nth-child(2), td.when, td.num { white-space: nowrap; }
.card { border: 1px solid var(--line); border-left: 5px solid var(--wait); border-radius: 6px; padding: 10px 14px; margin: 10px 0; }
.card.over { border-left-color: var(--line); }
.note { border: 1px solid var(--line); border-left: 5px solid var(--link); border-radius: 4px; padding: 6px 12px; background: var(--raised); }
.hash { font-family: ui-monospace, monospace; font-size: 13px; color: var(--muted); }
input { width: min(100%, 28em); }
form.row { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; }
details > summary { cursor: pointer; }
ul { margin: 4px 0; padding-left: 20px; }
`;

/** Asks every second for the parts, and puts in those that have changed; a part that has the focus is left alone. */
export const SCRIPT = `
"use strict";
const parts = () => [...document.querySelectorAll("section[data-part]")];
async function refresh() {
  try {
    const answer = await fetch("/console/parts", { headers: { accept: "application/json" }, redirect: "error" });
    if (answer.status === 401) return location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = await answer.json();
    for (const part of parts()) {
      const now = fresh[part.dataset.part];
      const busy = part.contains(document.activeElement) || part.querySelector("details[open]") !== null;
      if (now !== undefined && now !== part.dataset.shown && !busy) {
        part.innerHTML = now;
        part.dataset.shown = now;
      }
    }
    document.getElementById("live").textContent = "live";
  } catch {
    document.getElementById("live").textContent = "no connection: what you see is old";
  }
  setTimeout(refresh, 1000);
}
if (parts().length > 0) setTimeout(refresh, 1000);
`;

// Style and script of the console. Both are whole here: nothing is loaded from elsewhere, and the page works without
// the script too, which only brings what has changed.

export const STYLE = `
:root {
  color-scheme: light dark;
  --bg: #ffffff; --raised: #f6f8fa; --text: #1f2328; --muted: #59636e; --line: #d1d9e0; --link: #0a58ca;
  --good: #1a7f37; --bad: #c4232f; --wait: #8a5a00; --press: #0a58ca; --on-press: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #0e1116; --raised: #161b22; --text: #e6edf3; --muted: #9aa4af; --line: #30363d; --link: #79b8ff;
    --good: #4ac26b; --bad: #ff7b72; --wait: #e0a93b; --press: #79b8ff; --on-press: #0e1116;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--bg); color: var(--text); overflow-wrap: anywhere;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; font-variant-numeric: tabular-nums;
}
main, header { max-width: 1080px; margin: 0 auto; padding: 0 16px; }
header { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; padding-top: 20px; }
header form { margin-left: auto; }
h1 { font-size: 22px; margin: 0; }
h2 { font-size: 18px; margin: 32px 0 8px; }
p { margin: 6px 0; max-width: 75ch; }
a { color: var(--link); }
.muted, small { color: var(--muted); font-size: 13px; }
.good { color: var(--good); } .bad { color: var(--bad); } .wait { color: var(--wait); }
.box { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; min-width: 680px; font-size: 14px; }
th, td { overflow-wrap: normal; text-align: left; vertical-align: top; padding: 6px 12px; border-top: 1px solid var(--line); }
thead th { border-top: 0; font-size: 13px; color: var(--muted); white-space: nowrap; }
td:first-child, td:nth-child(2), td.when, td.num { white-space: nowrap; }
.card { border: 1px solid var(--line); border-left: 5px solid var(--wait); border-radius: 6px; padding: 10px 14px; margin: 10px 0; }
.card.over { border-left-color: var(--line); }
.note { border: 1px solid var(--line); border-left: 5px solid var(--link); border-radius: 4px; padding: 6px 12px; background: var(--raised); }
.hash { font-family: ui-monospace, monospace; font-size: 13px; color: var(--muted); }
button, input { font: inherit; color: inherit; }
button {
  min-height: 44px; padding: 8px 18px; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); cursor: pointer;
}
button.main { background: var(--press); color: var(--on-press); border-color: var(--press); }
button:focus-visible, input:focus-visible, a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
input { min-height: 44px; padding: 8px 12px; border: 1px solid var(--muted); border-radius: 6px; background: var(--bg); width: min(100%, 28em); }
form.row { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; }
label { display: block; font-weight: 600; margin: 8px 0 4px; }
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

// What the pages of the stack look like, whoever serves them: colours, light and dark, and plain text.

export const PAGE_STYLE = `
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
h1 { font-size: 22px; margin: 0; }
h2 { font-size: 18px; margin: 32px 0 8px; }
p { margin: 6px 0; max-width: 75ch; }
a { color: var(--link); }
.muted, small { color: var(--muted); font-size: 13px; }
.good { color: var(--good); } .bad { color: var(--bad); } .wait { color: var(--wait); }
button, input, textarea { font: inherit; color: inherit; }
button {
  min-height: 44px; padding: 8px 18px; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); cursor: pointer;
}
button.main { background: var(--press); color: var(--on-press); border-color: var(--press); }
button:focus-visible, input:focus-visible, textarea:focus-visible, a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
input, textarea { min-height: 44px; padding: 8px 12px; border: 1px solid var(--muted); border-radius: 6px; background: var(--bg); }
label { display: block; font-weight: 600; margin: 8px 0 4px; }
`;

// The page's whole style: system fonts, light and dark by the reader's setting, one column that fits a phone.

/** CSS of the report; holds no text from outside. */
export const style = `
:root {
  color-scheme: light dark;
  --bg: #ffffff; --raised: #f6f8fa; --text: #1f2328; --muted: #59636e; --line: #d1d9e0; --link: #0a58ca;
  --pass: #1a7f37; --fail: #c4232f; --inconclusive: #8a5a00; --invalid: #7a3fc9; --residue: #a3005c;
  --users: #0a58ca; --state: #4d5560; --bad: #e5737b; --good: #59a86c; --hatch: #7d8590;
  --harness: #8a5a00; --probes: #0a58ca; --healer: #7a3fc9;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --bg: #0e1116; --raised: #161b22; --text: #e6edf3; --muted: #9aa4af; --line: #30363d; --link: #79b8ff;
    --pass: #4ac26b; --fail: #ff7b72; --inconclusive: #e0a93b; --invalid: #c297ff; --residue: #ff79c6;
    --users: #79b8ff; --state: #b1bac4; --bad: #b6434c; --good: #347d47; --hatch: #8b949e;
    --harness: #e0a93b; --probes: #79b8ff; --healer: #c297ff;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--bg); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
main, header, footer { max-width: 1080px; margin: 0 auto; padding: 0 16px; }
header { padding-top: 24px; }
footer { padding-bottom: 40px; color: var(--muted); font-size: 13px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; }
h2 { font-size: 19px; line-height: 1.3; margin: 40px 0 8px; }
h3 { font-size: 16px; line-height: 1.35; margin: 0; }
h4 { font-size: 14px; margin: 22px 0 6px; }
p { margin: 6px 0; max-width: 75ch; }
a { color: var(--link); }
.lead { font-size: 17px; }
.muted { color: var(--muted); }
.badge { font-weight: 600; white-space: nowrap; }
.pass { color: var(--pass); } .fail { color: var(--fail); }
.inconclusive { color: var(--inconclusive); } .invalid { color: var(--invalid); }
.residue { color: var(--residue); }
.missing {
  border: 1px solid var(--fail); border-left-width: 5px; border-radius: 4px; padding: 8px 14px; margin: 16px 0;
  background: var(--raised);
}
.missing strong { color: var(--fail); }
.missing ul { margin: 4px 0 0; padding-left: 20px; }
.facts { display: flex; flex-wrap: wrap; gap: 4px 24px; margin: 14px 0 0; font-size: 13px; }
.facts div { display: flex; gap: 6px; }
.facts dt { color: var(--muted); flex: none; }
.facts.times { font-size: 15px; margin: 8px 0; }
.reasons dd { min-width: 0; overflow-wrap: anywhere; }
.suite { margin-top: 20px; }
.facts dd { margin: 0; }
.box { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; margin: 8px 0; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
caption { text-align: left; padding: 8px 12px; color: var(--muted); font-size: 13px; }
th, td { text-align: left; vertical-align: top; padding: 6px 12px; border-top: 1px solid var(--line); overflow-wrap: normal; }
th { font-weight: 600; }
thead th { font-size: 12px; color: var(--muted); white-space: nowrap; }
tbody th { font-weight: 500; }
td.num, th.num { white-space: nowrap; }
@media screen and (min-width: 641px) { .words { min-width: 15em; } }
td.words { overflow-wrap: anywhere; }
.ahead { color: var(--fail); font-weight: 600; }
blockquote { margin: 8px 0; padding: 2px 14px; border-left: 3px solid var(--line); }
.trial { border: 1px solid var(--line); border-radius: 6px; margin: 12px 0; }
p.trial { border: 0; margin: 6px 0; max-width: none; }
.trial > summary { padding: 10px 14px; cursor: pointer; background: var(--raised); border-radius: 6px; }
.trial[open] > summary { border-bottom: 1px solid var(--line); border-radius: 6px 6px 0 0; }
.trial > summary h3 { display: inline; }
.trial > div { padding: 4px 14px 14px; }
.fold { margin: 10px 0; }
.fold > summary { cursor: pointer; color: var(--link); }
.findings { list-style: none; margin: 6px 0; padding: 0; }
.findings li { padding: 5px 0; border-top: 1px solid var(--line); }
.findings li:first-child { border-top: 0; }
.rule { font-weight: 600; }
.glossary { display: grid; grid-template-columns: minmax(8em, max-content) 1fr; gap: 4px 16px; font-size: 14px; }
.glossary dt { font-weight: 600; }
.glossary dd { margin: 0; }
figure { margin: 10px 0; }
svg { display: block; width: 100%; height: auto; }
svg.narrow { display: none; max-width: 480px; }
svg text { font: 11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--muted); }
svg text { paint-order: stroke; stroke: var(--bg); stroke-width: 3px; stroke-linejoin: round; }
svg .name { fill: var(--text); }
svg .axis { text-anchor: middle; }
svg .scale { text-anchor: end; font-size: 10px; }
svg .frame { fill: none; stroke: var(--line); }
svg .grid { stroke: var(--line); stroke-dasharray: 1 3; }
svg .line { fill: none; stroke-width: 1.5; }
svg .line.users { stroke: var(--users); } svg .line.state { stroke: var(--state); }
svg .area.users { fill: var(--users); opacity: 0.16; } svg .area.state { fill: none; }
svg .base { stroke: var(--muted); stroke-dasharray: 4 3; }
svg .cell.bad { fill: var(--bad); } svg .cell.good { fill: var(--good); }
svg .hatch { stroke: var(--hatch); stroke-width: 1; }
svg .mark { stroke-width: 1.5; }
svg .mark.harness { stroke: var(--harness); stroke-dasharray: 6 3; }
svg .mark.probes { stroke: var(--probes); }
svg .mark.healer { stroke: var(--healer); stroke-dasharray: 2 2; }
svg .band { opacity: 0.09; }
svg .band.harness { fill: var(--harness); } svg .band.probes { fill: var(--probes); } svg .band.healer { fill: var(--healer); }
svg text.harness { fill: var(--harness); } svg text.probes { fill: var(--probes); } svg text.healer { fill: var(--healer); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 6px 0 0; padding: 0; font-size: 12px; color: var(--muted); }
.legend i { display: inline-block; width: 18px; height: 10px; margin-right: 6px; vertical-align: baseline; }
.legend .k-bad { background: var(--bad); }
.legend .k-good { border-bottom: 3px solid var(--good); }
.legend .k-unseen { background: repeating-linear-gradient(135deg, var(--hatch) 0 1px, transparent 1px 4px); }
.legend .k-harness { border-top: 2px dashed var(--harness); height: 4px; }
.legend .k-probes { border-top: 2px solid var(--probes); height: 4px; }
.legend .k-healer { border-top: 2px dotted var(--healer); height: 4px; }
.legend .k-band { background: var(--muted); opacity: 0.3; }
.legend .k-base { border-top: 1px dashed var(--muted); height: 4px; }
.tiles { list-style: none; display: grid; grid-template-columns: repeat(auto-fit, minmax(13em, 1fr)); gap: 12px; margin: 12px 0; padding: 0; }
.tiles li { border: 1px solid var(--line); border-radius: 6px; padding: 8px 14px 10px; background: var(--raised); font-size: 13px; }
.tile-name { display: block; font-weight: 600; }
.tile-figure { display: block; font-size: 26px; line-height: 1.3; font-weight: 600; }
.tile-figure .muted { font-size: 15px; font-weight: 400; }
.waterfall { table-layout: fixed; }
.waterfall th, .waterfall td { overflow-wrap: break-word; }
svg.bar { width: 100%; height: 16px; border-radius: 2px; }
svg.bar .rail { fill: var(--raised); stroke: var(--line); stroke-width: 0.4; }
svg.bar .left { fill: var(--good); opacity: 0.4; }
svg.bar .lost { fill: var(--bad); stroke: var(--bg); stroke-width: 0.4; }
svg.bar .proven { fill: var(--pass); }
.legend .k-lost { background: var(--bad); }
.legend .k-score { background: var(--good); opacity: 0.4; }
.legend .k-proven { background: var(--pass); }
@media (min-width: 641px) {
  .waterfall th:nth-child(1) { width: 11.5em; } .waterfall th:nth-child(2) { width: 34%; } .waterfall th:nth-child(3) { width: 9em; }
}
@media (max-width: 640px) {
  .waterfall td.fall { display: block; }
  .waterfall td.fall::before { content: none; }
  svg.wide { display: none; } svg.narrow { display: block; }
  h1 { font-size: 21px; }
  .glossary { grid-template-columns: 1fr; } .glossary dd { margin-bottom: 8px; }
  .cards table, .cards tbody, .cards tr, .cards th, .cards td, .cards caption { display: block; }
  .cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cards tr { border-top: 1px solid var(--line); padding: 8px 12px; }
  .cards th, .cards td { border: 0; padding: 1px 0; }
  .cards td { display: grid; grid-template-columns: 7.5em minmax(0, 1fr); }
  .cards td.num { white-space: normal; }
  .cards td::before { content: attr(data-label); color: var(--muted); font-size: 13px; }
}
@media screen and (min-width: 641px) {
  .suite td:nth-last-child(-n + 2), .suite th { white-space: nowrap; }
}
@media (min-width: 641px) {
  .suite th, .suite td { padding-left: 10px; padding-right: 10px; }
}
@media screen { main:has(> section:nth-of-type(40)) > section:has(> .trial) { content-visibility: auto; contain-intrinsic-size: auto 600px; } }
@media print {
  .trial, .fold { break-inside: avoid; }
  .box { overflow: visible; }
  .suite thead th, td.num, th.num { white-space: normal; }
  .suite th, .suite td { padding: 4px 6px; overflow-wrap: anywhere; }
}
`;

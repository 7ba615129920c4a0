// The style of a trial's page, beyond what all pages have.

import { deepest } from "../bad-requests.ts";

const indents = Array.from(
  { length: deepest },
  (_, n) => `.spans .d${n + 1} { padding-left: ${10 * (n + 1)}px; }`,
).join(" ");

/** CSS; holds no text from outside. */
export const trialStyle = `
.moment {
  font: inherit; font-size: 13px; color: var(--link); background: none; border: 1px solid var(--line); border-radius: 4px;
  padding: 0 6px; cursor: pointer; white-space: nowrap;
}
.marks { margin: 8px 0; }
.marks > div { display: grid; grid-template-columns: 14em minmax(0, 1fr); gap: 2px 16px; padding: 6px 0; border-top: 1px solid var(--line); }
.marks > div:first-child { border-top: 0; }
.marks dt { font-weight: 600; } .marks dt span { font-weight: 400; }
.marks dd { margin: 0; } .marks .absent { color: var(--muted); }
.happened { list-style: none; margin: 8px 0; padding: 4px 12px; border: 1px solid var(--line); border-radius: 6px; max-height: 26em; overflow-y: auto; font-size: 14px; }
.happened li { padding: 2px 0; border-left: 3px solid transparent; padding-left: 8px; }
.happened .harness { border-left-color: var(--harness); } .happened .probes { border-left-color: var(--probes); }
.happened .healer { border-left-color: var(--healer); }
.happened .at-mark { background: var(--raised); }
svg .faulted { fill: var(--harness); opacity: 0.07; }
svg .bar.harness { fill: var(--harness); } svg .bar.healer { fill: var(--healer); } svg .bar.probes { fill: var(--probes); }
svg .bar { opacity: 0.75; }
svg .pan * { vector-effect: non-scaling-stroke; }
svg .night { stroke: var(--state); stroke-width: 2; } svg .night.old { opacity: 0.45; }
svg line.frame { stroke: var(--line); }
svg .ends { text-anchor: end; }
svg.picture { touch-action: pan-y; cursor: crosshair; user-select: none; }
svg .cursor { stroke: var(--text); stroke-width: 1; pointer-events: none; }
svg .choice { fill: var(--link); opacity: 0.2; pointer-events: none; }
/* Under the axis: its ends are those of plotSizes, and the thumb is 16 px wide. */
.controls input { margin: 4px 0 4px calc(4.68% - 8px); width: calc(82.98% + 16px); }
.controls button { font: inherit; min-width: 32px; min-height: 28px; color: var(--text); background: var(--raised); border: 1px solid var(--line); border-radius: 4px; cursor: pointer; }
.controls p { max-width: none; font-size: 13px; }
.readout { display: grid; grid-template-columns: repeat(auto-fill, minmax(15em, 1fr)); gap: 2px 18px; margin: 8px 0; font-size: 13px; }
.readout[hidden], .controls[hidden] { display: none; }
.readout > div { display: flex; justify-content: space-between; gap: 10px; border-top: 1px solid var(--line); padding: 2px 0; }
.readout .judged { grid-column: 1 / -1; justify-content: flex-start; }
.readout dt { color: var(--muted); flex: none; } .readout dd { margin: 0; text-align: right; } .readout .judged dd { text-align: left; }
.spans { list-style: none; margin: 4px 0; padding: 0; font-size: 13px; }
.spans li { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr) minmax(0, 3fr); gap: 2px 12px; align-items: center; border-top: 1px solid var(--line); padding: 2px 0; }
.spans span { overflow-wrap: anywhere; } .spans svg.bar { height: 10px; }
.spans svg .took { fill: var(--users); } .spans svg .failed { fill: var(--bad); }
${indents}
.plan { font-size: 12px; max-height: 30em; overflow: auto; border: 1px solid var(--line); border-radius: 6px; padding: 8px 12px; white-space: pre-wrap; }
.happened li[aria-current] { outline: 2px solid var(--link); outline-offset: -2px; }
.legend .k-fault { background: var(--harness); opacity: 0.25; }
@media (max-width: 640px) {
  .controls input { margin-left: calc(min(100%, 480px) * 0.1037 - 8px); width: calc(min(100%, 480px) * 0.8232 + 16px); }
}
@media (max-width: 640px) { .marks > div, .spans li { grid-template-columns: minmax(0, 1fr); } }
@media print { .controls, .readout, svg .cursor { display: none; } .marks > div, .findings li { break-inside: avoid; } .happened { max-height: none; overflow: visible; } .moment { border: 0; padding: 0; color: inherit; } }
`;

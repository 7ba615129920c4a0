// The style of what stands above the intents: the map, the tiles, what is worst.

/** CSS; holds no text from outside. */
export const suiteStyle = `
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.map-box { position: relative; max-width: max-content; }
.map { width: auto; font-size: 13px; }
.map th, .map td { padding: 3px 6px; }
.map td { text-align: center; vertical-align: middle; min-width: 3em; white-space: nowrap; border-left: 1px solid var(--line); }
.map tbody th { position: sticky; left: 0; background: var(--bg); white-space: nowrap; z-index: 1; }
.map thead th { vertical-align: bottom; }
.map .up { border-left: 1px solid var(--line); text-align: center; }
.map .up span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; font-weight: 500; }
.map td a { font-weight: 600; }
.map .all { box-shadow: inset 0 -3px var(--good); }
.map .some { box-shadow: inset 0 -3px var(--inconclusive); }
.map .none, .map .wrong { box-shadow: inset 0 -3px var(--bad); }
.map .earlier { color: var(--muted); }
.map .hole { background: repeating-linear-gradient(135deg, var(--line) 0 1px, transparent 1px 6px); }
.waterfall td.num { white-space: normal; }
.map caption.unseen { display: block; padding: 0; }
.worst { margin: 8px 0; padding-left: 22px; }
.worst li { margin: 10px 0; }
.worst code { overflow-wrap: anywhere; }
svg .point { fill: var(--state); stroke: var(--bg); }
svg .point.out { fill: var(--fail); }
.triage td { overflow-wrap: anywhere; }
.tried tr:target { outline: 2px solid var(--link); outline-offset: -2px; }
@media (max-width: 640px) { .map tbody th { white-space: normal; max-width: 9em; } }
@media print { .map-box { max-width: none; } .map td { min-width: 0; } }
`;

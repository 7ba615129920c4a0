// The page of a sweep: one file, no script, nothing fetched.

import { headOf } from "./head.ts";
import { style } from "./style.ts";

const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const css = `${style}
svg text { fill: var(--muted); font-size: 12px; text-anchor: middle; }
svg .axis { stroke: var(--line); } svg .band { fill: var(--users); opacity: 0.18; } svg .median { stroke: var(--users); stroke-width: 2; }
svg .pass { fill: var(--pass); } svg .fail { fill: var(--fail); } svg .inconclusive { fill: var(--inconclusive); }`;

/** Context: a sweep's model. */
export const sweepTemplate = `${headOf(policy, css)}
<h1>{{title}}</h1>
<p class="lead">{{says}}.</p>
</header>
<main>
<p>{{belief}}, on {{target}}. Dosed: {{param}} of {{fault}}, {{range}}.</p>
<svg viewBox="0 0 688 84" role="img" aria-label="Trials by dose: above those in which recovery broke, below those in which it held" xmlns="http://www.w3.org/2000/svg">
{{#if isKnown}}<rect class="band" x="{{bandX}}" y="4" width="{{bandWidth}}" height="52"/>{{/if}}
{{#if median}}<line class="median" x1="{{median.x}}" x2="{{median.x}}" y1="4" y2="56"/>{{/if}}
<line class="axis" x1="{{left}}" x2="{{right}}" y1="60" y2="60"/>
{{#each trials}}<circle class="{{mark}}" cx="{{x}}" cy="{{y}}" r="5"><title>{{number}}: {{dose}}, {{answer}}</title></circle>{{/each}}
{{#each ticks}}<text x="{{x}}" y="78">{{label}}</text>{{/each}}
</svg>
<p class="muted">A dot for each trial: above, recovery broke; below, it held; between, nothing follows. The band holds the dose at which it breaks in half of the trials.</p>
<h2>Trials</h2>
<div class="box"><table>
<thead><tr><th>trial</th><th>{{param}}</th><th>recovery</th><th>verdict</th><th>impact</th><th>because</th></tr></thead>
<tbody>{{#each trials}}<tr><td><a href="{{page}}">{{number}}</a></td><td>{{dose}}</td><td class="{{mark}}">{{answer}}</td><td>{{outcome}}</td><td>{{impact}}</td><td>{{why}}</td></tr>
{{/each}}</tbody></table></div>
<p>Ended: {{ended}}.</p>
{{#if trend}}<h2>From sweep to sweep</h2>
<ul>{{#each trend}}<li>{{this}}</li>{{/each}}</ul>{{/if}}
</main>
<footer><p>Begun {{began}}, seed {{seed}}, Rebound {{version}}. By sweep.json beside this page.</p></footer>
</body>
</html>
`;

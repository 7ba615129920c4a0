// The scorecard: three figures that are never folded into one, and behind a fold one waterfall for each pathway. Bars
// are drawn in units of points.

/** Context: a scorecard model. */
export const scorecardTemplate = `<section aria-labelledby="scorecard">
<h2 id="scorecard">Scorecard</h2>
<ul class="tiles">
<li><span class="tile-name">recovery score, proven</span> {{#if score}}<span class="tile-figure">{{> figure score.proven}} <span class="muted">of 100</span></span> <span class="muted">{{#if score.unshown}}{{score.unshown}} more not yet shown; {{/if}}mean over {{> figure score.over}} with evidence</span>{{else}}<span class="tile-figure">–</span> <span class="muted">no evidence, no score</span>{{/if}}</li>
<li><span class="tile-name">coverage</span> <span class="tile-figure">{{> figure coverage.withEvidence}} <span class="muted">of {{> figure coverage.declared}}</span></span> <span class="muted">declared pathways with evidence in this run</span></li>
<li><span class="tile-name">freshness</span> <span class="tile-figure">{{> figure freshness.fresh}} <span class="muted">of {{> figure freshness.declared}}</span></span> <span class="muted">declared pathways with evidence younger than {{freshness.withinDays}} days</span></li>
</ul>
<p class="muted">{{coverage.missing}} Freshness: {{freshness.says}}. {{freshness.read}}{{#each freshness.unread}} Not read: {{this}}.{{/each}}</p>
{{#if pathways}}<details class="fold"><summary>Score by pathway: proven, not yet shown, and what was lost to what</summary>
<div class="box cards"><table role="table" class="waterfall"><caption>From 100 points down. 100 · (0.40 · p(recover) · timeliness + 0.25 · attribution + 0.20 · detection + 0.15 · integrity after); a closed gate makes it 0. Proven is the lower bound at 95 % of what so few trials show.</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">pathway</th><th scope="col" role="columnheader">from 100 down</th><th scope="col" role="columnheader">proven</th><th scope="col" role="columnheader">lost to</th></tr></thead>
<tbody role="rowgroup">{{#each pathways}}<tr role="row"><th scope="row" role="rowheader">{{name}}<br><span class="muted">{{target}}{{#if tier}}, {{tier}}{{/if}}</span></th><td role="cell" class="fall">{{#with waterfall}}<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="rail" x="0" y="0" width="100" height="10"/>{{#each steps}}<rect class="lost {{kind}}" x="{{left}}" y="0" width="{{lost}}" height="10"/>{{/each}}<rect class="left" x="0" y="0" width="{{points}}" height="10"/><rect class="proven" x="0" y="0" width="{{proven}}" height="10"/></svg>{{/with}}</td><td role="cell" class="num" data-label="proven"><div>{{#if score}}<strong>{{> figure score.proven}}</strong> <span class="muted">of 100</span>{{#if score.unshown}}<br><span class="muted">{{score.unshown}} more not yet shown</span>{{/if}}{{else}}–{{/if}}</div></td><td role="cell" class="words" data-label="lost to"><div>{{#if held}}Held its fire in {{> figure held.held}} of {{> figure held.of}} trials with nothing to repair, which proves a rate of at least {{> figure held.proves}}. No points: there is nothing to recover.{{else}}{{#each losses}}{{#if points}}{{> figure points}} {{/if}}{{says}}<br>{{/each}}<span class="muted">{{says}}{{#if evidence}} of {{evidence}}{{/if}}.</span>{{/if}}{{#if uncounted}}<br><span class="muted">Not counted: {{#each uncounted}}{{#unless @first}}, {{/unless}}{{this}}{{/each}}.</span>{{/if}}</div></td></tr>{{/each}}</tbody></table></div>
<ul class="legend"><li><i class="k-proven"></i>proven at 95 %</li><li><i class="k-score"></i>not yet shown</li><li><i class="k-lost"></i>lost</li></ul>
</details>{{/if}}
</section>`;

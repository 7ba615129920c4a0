// The scorecard: three figures that are never folded into one, then a waterfall for each pathway. Bars are drawn in
// units of points.

/** Context: a scorecard model. */
export const scorecardTemplate = `<section aria-labelledby="scorecard">
<h2 id="scorecard">Scorecard</h2>
<ul class="tiles">
<li><span class="tile-name">recovery score</span> {{#if score}}<span class="tile-figure">{{> figure score.points}} <span class="muted">of 100</span></span> <span class="muted">proven {{> figure score.proven}}; mean over {{> figure score.over}} with evidence</span>{{else}}<span class="tile-figure">–</span> <span class="muted">no evidence, no score</span>{{/if}}</li>
<li><span class="tile-name">coverage</span> <span class="tile-figure">{{> figure coverage.withEvidence}} <span class="muted">of {{> figure coverage.declared}}</span></span> <span class="muted">declared pathways with evidence in this run</span></li>
<li><span class="tile-name">freshness</span> <span class="tile-figure">{{> figure freshness.fresh}} <span class="muted">of {{> figure freshness.declared}}</span></span> <span class="muted">declared pathways with evidence younger than {{freshness.withinDays}} days</span></li>
</ul>
<p class="muted">{{coverage.missing}} Freshness: {{freshness.says}}. {{freshness.read}}{{#each freshness.unread}} Not read: {{this}}.{{/each}}</p>
<p class="muted">Points: 100 · (0.40 · p(recover) · timeliness + 0.25 · attribution + 0.20 · detection + 0.15 · integrity after); a closed gate makes it 0. <em>Proven</em> is the lower bound at 95 % of what so few trials show.</p>
{{#each pathways}}<div class="pathway">
<h3>{{name}} <span class="muted">{{target}}{{tier}}</span></h3>
<p>{{#if score}}<strong>{{> figure score.points}} of 100</strong>, proven {{> figure score.proven}}; {{/if}}{{#if held}}Held its fire in {{> figure held.held}} of {{> figure held.of}} trials with nothing to repair, which proves a rate of at least {{> figure held.proves}}. No points: there is nothing to recover.{{else}}{{says}}.{{/if}}{{#if evidence}} <span class="muted">Evidence: {{evidence}}.</span>{{/if}}</p>
{{#if rows}}<div class="box cards"><table role="table" class="waterfall"><caption>From 100 points down to the score of {{name}}: what each term earned, and what the rest was lost to.</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">term</th><th scope="col" role="columnheader">from 100 down</th><th scope="col" role="columnheader">points</th><th scope="col" role="columnheader">lost to</th></tr></thead>
<tbody role="rowgroup">{{#each rows}}<tr role="row" class="{{kind}}"><th scope="row" role="rowheader">{{name}}</th><td role="cell" class="fall"><svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="rail" x="0" y="0" width="100" height="10"/><rect class="left" x="0" y="0" width="{{left}}" height="10"/><rect class="lost" x="{{left}}" y="0" width="{{lost}}" height="10"/>{{#if proven}}<rect class="proven" x="0" y="0" width="{{proven}}" height="10"/>{{/if}}</svg></td><td role="cell" class="num" data-label="points"><div>{{> figure points}} <span class="muted">{{of}}</span></div></td><td role="cell" class="words" data-label="lost to"><div>{{#each losses}}{{#unless @first}}<br>{{/unless}}{{#if points}}{{> figure points}} {{/if}}{{says}}{{else}}–{{/each}}</div></td></tr>{{/each}}</tbody></table></div>{{/if}}
{{#if uncounted}}<p class="muted">Not counted: {{#each uncounted}}{{#unless @first}}, {{/unless}}{{this}}{{/each}}.</p>{{/if}}
</div>{{/each}}
<ul class="legend"><li><i class="k-kept"></i>not lost so far</li><li><i class="k-lost"></i>lost in this step</li><li><i class="k-score"></i>score</li><li><i class="k-proven"></i>proven at 95 %</li></ul>
</section>`;

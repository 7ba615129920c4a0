// One trial: folded unless it matters, plot first, then figures, findings, claims and load.

/** One trial; context: a trial model. */
export const trialTemplate = `<details class="trial" id="{{id}}"{{#if open}} open{{/if}}>
<summary><h3>{{name}}</h3> {{> badge badge}} <span class="muted">– {{recovery}}{{#if choice}}; {{choice}}{{/if}}</span></summary>
<div>
<p class="muted">Disturbed: {{disturbed}}. {{#if ablated}}Made a no-op: {{ablated}}. {{/if}}Seed {{seed}}.{{#each settings}} {{this}}{{/each}}</p>
{{#if operator}}<ul class="muted operator">{{#each operator}}<li>{{this}}</li>{{/each}}</ul>{{/if}}
{{#if several}}<p class="muted">{{several}}</p>{{/if}}
{{#each warnings}}<p class="missing"><strong>Missing or broken:</strong> {{this}}</p>{{/each}}
{{#if reasons}}<dl class="facts times reasons">{{#each reasons}}<div><dt>{{about}}</dt><dd>{{says}}</dd></div>{{/each}}</dl>{{/if}}
{{#if plots}}<figure>{{#each plots}}{{> plot plot=this title=../plotTitle words=../plotWords}}{{/each}}
{{> legend}}</figure>{{/if}}
<h4>Findings</h4>
{{#if findings}}<ul class="findings">{{#each findings}}<li>{{> badge badge}} <span class="rule">{{rule}}</span>: {{says}}</li>{{/each}}</ul>{{else}}<p>No rule found anything to judge.</p>{{/if}}
<h4>Times</h4>
<div class="box" tabindex="0" role="region" aria-label="Times of {{name}}"><table><caption>Each with its formula; the true value lies in the interval in brackets.</caption>
<thead><tr><th scope="col">time</th><th scope="col">value</th><th scope="col">formula</th></tr></thead>
<tbody>{{#each times}}<tr><th scope="row">{{name}}</th><td class="num">{{> figure figure}}</td><td class="num">{{formula}}</td></tr>{{/each}}</tbody></table></div>
{{#if relapse}}<p>{{relapse}}</p>{{/if}}
<h4>The healer's word and ours</h4>
{{#if gap}}<p>Declared against measured recovery, t7 − t6 = <strong>{{gap.figure}}</strong>: {{gap.says}}.</p>{{/if}}
{{#if honesty}}{{#with honesty}}<div class="box cards" tabindex="0" role="region" aria-label="Self-reported against measured in {{../name}}"><table role="table"><caption>How long recovery took by the healer's own clock (only differences of its own stamps are used), and as we measured it.</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">incident</th><th scope="col" role="columnheader">self-reported</th><th scope="col" role="columnheader">measured</th><th scope="col" role="columnheader">gap</th><th scope="col" role="columnheader">declared</th></tr></thead>
<tbody role="rowgroup">{{#each incidents}}<tr role="row"><th scope="row" role="rowheader">{{incident}}</th><td role="cell" class="num" data-label="self-reported"><div>{{> figure selfReported}}<br><span class="muted">{{own}}</span></div></td><td role="cell" class="num" data-label="measured"><div>{{> figure measured}}<br><span class="muted">t6 − detected</span></div></td><td role="cell" class="num" data-label="gap">{{> figure gap}}</td><td role="cell" class="words" data-label="declared"><div>{{#if ahead}}<strong class="ahead">{{declared}}</strong>{{else}}{{declared}}{{/if}} ({{> figure declaredAfter}}){{#if clock}}<br><strong class="ahead">Clock doubted: {{clock}}</strong>{{/if}}</div></td></tr>{{/each}}</tbody></table></div>
{{#if leavesOut}}<p>Time to recover as we measured it, t6 − t0, minus its own figure: {{> figure leavesOut}}. Above 0, its figure leaves that out.</p>{{/if}}{{/with}}{{/if}}
{{#if claims}}<div class="box cards" tabindex="0" role="region" aria-label="Claims in {{name}}"><table role="table"><caption>Arrival in seconds from {{origin}}. A claim never makes a trial pass.</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">claim</th><th scope="col" role="columnheader">arrived</th><th scope="col" role="columnheader">the healer said</th><th scope="col" role="columnheader">our probes just then</th><th scope="col" role="columnheader">what we measured</th></tr></thead>
<tbody role="rowgroup">{{#each claims}}<tr role="row"><th scope="row" role="rowheader">{{type}}</th><td role="cell" class="num" data-label="arrived">{{arrived}}</td><td role="cell" class="words" data-label="said"><div>{{said}}{{#each reasons}}<br><span class="muted">“{{this}}”</span>{{/each}}{{#each more}}<br><span class="muted">{{this}}</span>{{/each}}<br><span class="muted">incident {{incident}}</span></div></td><td role="cell" class="words" data-label="our probes">{{seen}}</td><td role="cell" class="words" data-label="measured">{{#if ahead}}<strong class="ahead">Claimed too early; {{measured}}</strong>{{else}}{{measured}}{{/if}}</td></tr>{{/each}}</tbody></table></div>{{else}}<p>{{noClaims}}</p>{{/if}}
<details class="fold"><summary>Marks, load and latency</summary>
<div class="box" tabindex="0" role="region" aria-label="Marks of {{name}}"><table><caption>Marks, in seconds from {{origin}}</caption>
<thead><tr><th scope="col">mark</th><th scope="col">means</th><th scope="col">at</th></tr></thead>
<tbody>{{#each marks}}<tr><th scope="row">{{name}}</th><td>{{means}}</td><td class="num">{{> figure figure}}</td></tr>{{else}}<tr><td colspan="3">No mark was reached.</td></tr>{{/each}}</tbody></table></div>
<div class="box" tabindex="0" role="region" aria-label="Latency in {{name}}"><table><caption>Users' latency from the intended send time</caption>
<thead><tr><th scope="col">percentile</th><th scope="col">baseline</th><th scope="col">from injection on</th></tr></thead>
<tbody>{{#each latency}}<tr><th scope="row">{{name}}</th><td>{{> figure baseline}}</td><td>{{> figure disturbed}}</td></tr>{{/each}}</tbody></table></div>
<div class="box" tabindex="0" role="region" aria-label="Load in {{name}}"><table><caption>Load of the trial</caption>
<thead><tr><th scope="col">what</th><th scope="col">figure</th><th scope="col">note</th></tr></thead>
<tbody>{{#each load}}<tr><th scope="row">{{name}}</th><td class="num">{{> figure figure}}</td><td>{{note}}</td></tr>{{/each}}</tbody></table></div>
</details>
</div>
</details>`;

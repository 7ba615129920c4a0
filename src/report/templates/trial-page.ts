// The page of one trial: one file, nothing fetched. The picture first; below it why, and what it rests on.

import { headOf } from "./head.ts";
import { nightsTemplate } from "./nights.ts";
import { style } from "./style.ts";
import { trialStyle } from "./trial-style.ts";
import { whatIsNotRepeated } from "./worst.ts";

/** Context: the trial's model. */
const head = `${headOf("{{policy}}", style + trialStyle)}
<p><a href="{{back}}#{{anchor}}">← run {{run}}</a></p>
<h1>{{intent}} {{name}} {{> badge badge}}</h1>
<p class="lead">{{recovery}}{{#if choice}}; {{choice}}{{/if}}</p>
<blockquote><span class="muted">Believed:</span> {{belief}}</blockquote>{{#if predicted}}
<p class="muted">Expected, before it began: {{predicted}}.</p>{{/if}}
<p class="muted">Disturbed: {{disturbed}}. {{#if ablated}}Made a no-op: {{ablated}}. {{/if}}Seed {{seed}}.</p>
{{#if operator}}<ul class="muted operator">{{#each operator}}<li>{{this}}</li>{{/each}}</ul>{{/if}}
{{#if several}}<p class="muted">{{several}}</p>{{/if}}
{{#each warnings}}<p class="missing"><strong>Missing or broken:</strong> {{this}}</p>{{/each}}
<dl class="facts times">{{#each headline}}<div><dt>{{name}}</dt><dd>{{> figure figure}}</dd></div>{{/each}}</dl>
</header>`;

const controls = `<div class="controls" hidden><input type="range" min="{{plots.[0].axis.from}}" max="{{plots.[0].axis.to}}" step="any" value="0" aria-label="Moment">
<p><button type="button" data-do="before" aria-label="mark before">‹ mark</button> <button type="button" data-do="after" aria-label="next mark">mark ›</button> <button type="button" data-do="in" aria-label="zoom in">+</button> <button type="button" data-do="out" aria-label="zoom out">−</button> <button type="button" data-do="all">all</button> <span class="muted">Click: go to a moment. Drag, + and −: zoom, 0: all. Arrows, Home, End: move; Page up and down: from mark to mark.</span></p></div>
<dl class="readout" hidden><div><dt>moment</dt><dd data-says="moment"></dd></div><div><dt>window</dt><dd data-says="window"></dd></div><div class="judged"><dt>judged</dt><dd data-says="judged"></dd></div>{{#each shown}}<div><dt>{{this}}</dt><dd data-series="{{@index}}"></dd></div>{{/each}}</dl>`;

const picture = `{{#if plots}}<figure class="story" data-story="{{story}}">{{#each plots}}{{> plot plot=this title=../plotTitle words=../plotWords}}{{/each}}
${controls}
{{> legend}}</figure>{{/if}}
{{#if rest}}<details class="fold"><summary>What the other probes saw</summary><figure>{{#each rest}}{{> plot plot=this title=../restTitle words=../plotWords}}{{/each}}</figure></details>{{/if}}`;

const arms = `{{#if armRows}}<h2 id="arms">The arms beside each other</h2>
{{#if arms}}<figure>{{#each arms}}{{> plot plot=this title=../armsTitle words=../armsWords}}{{/each}}</figure>{{/if}}
<ul class="findings">{{#each armRows}}<li>{{> badge badge}} {{#if here}}<strong>{{name}}</strong> (this page){{else}}<a href="{{href}}">{{name}}</a>{{/if}}: {{says}}</li>{{/each}}</ul>{{/if}}`;

const marks = `<h2 id="marks">Marks</h2>
{{#if marks}}<dl class="marks">{{#each marks}}<div class="{{#unless reached}}absent{{/unless}}"><dt>{{#if reached}}<button type="button" class="moment" data-at="{{since}}">{{name}}</button>{{else}}{{name}}{{/if}} {{means}}<br>{{> figure figure}}</dt><dd>{{says}}<br><span class="muted">{{rule}}.</span></dd></div>{{/each}}</dl>
<p class="muted">In seconds from {{origin}}; the true instant lies in the interval in brackets.</p>{{else}}<p>No mark was reached.</p>{{/if}}`;

const findings = `<h2 id="findings">Findings</h2>
{{#if findings}}<ul class="findings">{{#each findings}}<li>{{> badge badge}} <span class="rule">{{rule}}</span>: {{says}}{{#if evidence}}<br><span class="muted">Rests on</span> {{#each evidence}}<button type="button" class="moment" data-at="{{since}}">{{when}}</button> {{/each}}{{#if more}}<span class="muted">and {{more}} more</span>{{/if}}{{/if}}</li>{{/each}}</ul>{{else}}<p>No rule found anything to judge.</p>{{/if}}`;

const claims = `<h2 id="claims">The healer’s decisions, and ours beside them</h2>
{{#if gap}}<p>Declared against measured recovery, t7 − t6 = <strong>{{gap.figure}}</strong>: {{gap.says}}.</p>{{/if}}
{{#if honesty}}{{#with honesty}}<div class="box cards" tabindex="0" role="region" aria-label="Self-reported against measured in {{../name}}"><table role="table"><caption>How long recovery took by the healer's own clock (only differences of its own stamps are used), and as we measured it.</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">incident</th><th scope="col" role="columnheader">self-reported</th><th scope="col" role="columnheader">measured</th><th scope="col" role="columnheader">gap</th><th scope="col" role="columnheader">declared</th></tr></thead>
<tbody role="rowgroup">{{#each incidents}}<tr role="row"><th scope="row" role="rowheader">{{incident}}</th><td role="cell" class="num" data-label="self-reported"><div>{{> figure selfReported}}<br><span class="muted">{{own}}</span></div></td><td role="cell" class="num" data-label="measured"><div>{{> figure measured}}<br><span class="muted">t6 − detected</span></div></td><td role="cell" class="num" data-label="gap">{{> figure gap}}</td><td role="cell" class="words" data-label="declared"><div>{{#if ahead}}<strong class="ahead">{{declared}}</strong>{{else}}{{declared}}{{/if}} ({{> figure declaredAfter}}){{#if clock}}<br><strong class="ahead">Clock doubted: {{clock}}</strong>{{/if}}</div></td></tr>{{/each}}</tbody></table></div>
{{#if leavesOut}}<p>Time to recover as we measured it, t6 − t0, minus its own figure: {{> figure leavesOut}}. Above 0, its figure leaves that out.</p>{{/if}}{{/with}}{{/if}}
{{#if claims}}<div class="box cards" tabindex="0" role="region" aria-label="Claims in {{name}}"><table role="table"><caption>Arrival in seconds from {{origin}}. A claim never makes a trial pass.</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">claim</th><th scope="col" role="columnheader">arrived</th><th scope="col" role="columnheader">the healer said</th><th scope="col" role="columnheader">our probes just then</th><th scope="col" role="columnheader">what we measured</th></tr></thead>
<tbody role="rowgroup">{{#each claims}}<tr role="row"><th scope="row" role="rowheader">{{type}}</th><td role="cell" class="num" data-label="arrived"><button type="button" class="moment" data-at="{{since}}">{{arrived}}</button></td><td role="cell" class="words" data-label="said"><div>{{said}}{{#each reasons}}<br><span class="muted">“{{this}}”</span>{{/each}}{{#each more}}<br><span class="muted">{{this}}</span>{{/each}}<br><span class="muted">incident {{incident}}</span></div></td><td role="cell" class="words" data-label="our probes">{{seen}}</td><td role="cell" class="words" data-label="measured">{{#if ahead}}<strong class="ahead">Claimed too early; {{measured}}</strong>{{else}}{{measured}}{{/if}}</td></tr>{{/each}}</tbody></table></div>{{#if moreClaims}}<p>{{moreClaims}} later claims are left out here; timeline.jsonl has them.</p>{{/if}}{{else}}<p>{{noClaims}}</p>{{/if}}`;

const happenings = `<h2 id="happened">What happened, in order</h2>
<ol class="happened" tabindex="0" aria-label="What happened, in order">{{#each happenings.lines}}<li data-at="{{since}}" class="{{by}}{{#if mark}} at-mark{{/if}}"><button type="button" class="moment" data-at="{{since}}">{{when}}</button> {{#if mark}}<strong>{{mark}}</strong> {{/if}}{{says}}</li>{{/each}}</ol>
<p class="muted">{{#if happenings.leftOut}}{{happenings.leftOut}} lines that lie farthest from any mark are left out. {{/if}}All of it, with every request and reading: timeline.jsonl beside this file; for ui.perfetto.dev: <code>npx rebound report DIR --trace</code> with the folder of the run.{{#if noLog}} {{noLog}}{{/if}}</p>`;

const log = `{{#if log}}<h2 id="log">What the stack wrote around the marks</h2>
<p class="muted">Standard output and standard error of its processes, looked at ten times a second: each line was written between the two instants before it. What looks like a secret is left out. It decides nothing.</p>
{{#each log}}<details class="fold"><summary>{{marks}} (lines: {{lines.length}}{{#if more}}, and {{more}} more not shown{{/if}})</summary>
<ul class="findings log">{{#each lines}}<li><button type="button" class="moment" data-at="{{since}}">{{when}}</button> <code>{{says}}</code></li>{{/each}}</ul></details>{{/each}}{{/if}}`;

const trace = `{{#if id}}<br><span class="muted">Trace</span> <code>{{id}}</code>{{/if}}{{#if says}} <span class="muted">{{says}}</span>{{/if}}
{{#if spans}}<ol class="spans">{{#each spans}}<li><span class="d{{depth}}"><strong>{{service}}</strong> {{name}}</span> <span class="num">{{times}}, {{#if failed}}<strong class="ahead">{{status}}</strong>{{else}}{{status}}{{/if}}</span><svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="rail" x="0" y="0" width="100" height="10"/><rect class="{{#if failed}}failed{{else}}took{{/if}}" x="{{left}}" y="0" width="{{width}}" height="10"/></svg></li>{{/each}}</ol>{{/if}}`;

const requests = `{{#if badRequests}}<h2 id="requests">Requests that went wrong</h2>
<p class="muted">The first, the slowest and the last. {{tracesSay}}</p>
<ul class="findings">{{#each badRequests}}<li>Request {{name}}, due at <button type="button" class="moment" data-at="{{since}}">{{due}}</button>: <strong>{{came}}</strong>{{#if steps}}<br><span class="muted">{{steps}}</span>{{/if}}{{#with trace}}${trace}{{/with}}</li>{{/each}}</ul>{{/if}}`;

const journeys = `{{#if journeys}}<h2 id="journeys">Journeys in a browser</h2>
{{#each journeys}}<div class="box" tabindex="0" role="region" aria-label="Journeys of {{name}}"><table><caption>{{name}}: {{says}}. Seen: of the journeys that came so far; time from the begin of the journey, or as the journey itself measured it.</caption>
<thead><tr><th scope="col">step</th><th scope="col">seen</th><th scope="col">median</th></tr></thead>
<tbody>{{#each steps}}<tr><th scope="row">{{step}}</th><td class="num">{{seen}}</td><td class="num">{{took}}</td></tr>{{/each}}</tbody></table></div>
{{#if kept}}<ul class="findings">{{#each kept}}<li><button type="button" class="moment" data-at="{{since}}">{{when}}</button> {{says}}{{#each files}}<br><a href="{{href}}">{{what}}</a>{{/each}}</li>{{/each}}</ul>{{/if}}{{/each}}{{/if}}`;

const figures = `<h2 id="times">Times</h2>
<div class="box" tabindex="0" role="region" aria-label="Times of {{name}}"><table><caption>Each with its formula; the true value lies in the interval in brackets.</caption>
<thead><tr><th scope="col">time</th><th scope="col">value</th><th scope="col">formula</th></tr></thead>
<tbody>{{#each times}}<tr><th scope="row">{{name}}</th><td class="num">{{> figure figure}}</td><td class="num">{{formula}}</td></tr>{{/each}}</tbody></table></div>
{{#if relapse}}<p>{{relapse}}</p>{{/if}}
<h2 id="load">Load and latency</h2>
{{#if reasons}}<dl class="facts times reasons">{{#each reasons}}<div><dt>{{about}}</dt><dd>{{says}}</dd></div>{{/each}}</dl>{{/if}}
<div class="box" tabindex="0" role="region" aria-label="Latency in {{name}}"><table><caption>Users' latency from the intended send time</caption>
<thead><tr><th scope="col">percentile</th><th scope="col">baseline</th><th scope="col">from injection on</th></tr></thead>
<tbody>{{#each latency}}<tr><th scope="row">{{name}}</th><td>{{> figure baseline}}</td><td>{{> figure disturbed}}</td></tr>{{/each}}</tbody></table></div>
<div class="box" tabindex="0" role="region" aria-label="Load in {{name}}"><table><caption>Load of the trial</caption>
<thead><tr><th scope="col">what</th><th scope="col">figure</th><th scope="col">note</th></tr></thead>
<tbody>{{#each load}}<tr><th scope="row">{{name}}</th><td class="num">{{> figure figure}}</td><td>{{note}}</td></tr>{{/each}}</tbody></table></div>`;

const plan = `<h2 id="again">Plan and seed</h2>
<p>Again: <code>{{command}}</code></p>
<p class="muted">Seed {{seed}}.{{#each settings}} {{this}}{{/each}} ${whatIsNotRepeated}</p>
<details class="fold"><summary>All that was planned</summary><pre class="plan" tabindex="0" role="region" aria-label="Plan of {{name}}">{{plan}}</pre></details>`;

/** The page up to its script; context: the trial's model and the page's policy. */
export const trialPageTemplate = `${head}
<main>
${[picture, marks, nightsTemplate, arms, findings, claims, happenings, log, journeys, requests, figures, plan].join("\n")}
</main>
<footer><p>Made by Rebound. Figures are from run.json of the run, what happened from timeline.jsonl beside this file.</p></footer>
`;

/** After it, and after its script. */
export const trialEnd = `
</body>
</html>
`;

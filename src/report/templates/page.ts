// The page around the trials: one file, no script, nothing fetched.

import { headOf } from "./head.ts";
import { style } from "./style.ts";
import { suiteStyle } from "./suite-style.ts";

/** Sign and word of a verdict; context: a badge. */
export const badgeTemplate = `<span class="badge {{outcome}}">{{sign}} {{outcome}}</span>`;

/** A figure with its source in run.json; context: a figure. */
export const figureTemplate = `<span data-run="{{path}}" data-value="{{value}}">{{text}}</span>`;

/** One intent up to its trials; context: an intent model. */
export const intentTemplate = `<section aria-labelledby="{{anchor}}">
<h2 id="{{anchor}}">{{id}} {{> badge badge}}</h2>
<p>{{title}}</p>
<blockquote><span class="muted">Believed of {{target}}:</span> {{belief}}</blockquote>
<p class="lead">{{says}}</p>
{{#if timeSentences}}<dl class="facts times">{{#each timeSentences}}<div><dt>{{name}}</dt><dd>{{says}}</dd></div>{{/each}}</dl>{{/if}}
{{#if rate}}<p>Recovered: {{> figure rate.recovered}} of {{> figure rate.of}} trials ({{rate.confidence}} interval {{> figure rate.lo}} to {{> figure rate.hi}}){{#if rate.proves}}, which proves a rate of at least {{> figure rate.proves}} ({{rate.confidence}}, one-sided){{/if}}.</p>{{/if}}
{{#if falseAlarms}}<p>Detection: {{falseAlarms}}.</p>{{/if}}
{{#if honesty}}<p>Honesty of the loop: {{honesty}}.</p>{{/if}}
{{#if stopped}}<p>Trials: {{stopped}}</p>{{/if}}
{{#if levels}}<p>{{levels}}</p>{{/if}}
{{#if learning}}<p><strong>{{learning.verdict}}</strong>. {{learning.says}}.</p>
{{/if}}{{#if attribution}}<p><strong>{{attribution.verdict}}</strong>. {{attribution.says}}</p>
<p class="muted">Recovered with the fault still in place, and by how much treatment is ahead in probability ({{attribution.confidence}} intervals):</p>
<ul class="muted">{{#each attribution.arms}}<li>{{arm}}: {{> figure recovered}} of {{> figure of}}{{#if difference}}; difference {{> figure difference.value}}, from {{> figure difference.lo}} to {{> figure difference.hi}}{{/if}}</li>{{/each}}</ul>
{{#if attribution.gain}}<p class="muted">The healer's {{attribution.gain}}.</p>{{/if}}{{/if}}
`;

/** In place of the trials of an intent that has none; no context. */
export const noTrialTemplate = `<p class="missing"><strong>Missing:</strong> no trial of this intent was done.</p>`;

/** After the trials of an intent; no context. */
export const intentEndTemplate = `
</section>`;

const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** What one page about a run has other than another: all text of ours. */
interface SuitePage {
  readonly policy: string;
  readonly css: string;
  /** Its first heading and the sentence below it. */
  readonly heading: string;
  /** Between what is said first and all the rest. */
  readonly between: string;
  /** In place of the rest where there is no intent. */
  readonly none: string;
}

/** A page about a run up to its intents; context: the page model, with its trends. */
export function suitePage({ policy: allowed, css, heading, between, none }: SuitePage): string {
  return `${headOf(allowed, css)}
${heading}
{{#with worst.[0]}}<p>Worst: {{> badge badge}} <a href="#worst">{{name}}</a>: {{words}} <span class="muted">({{rule}}{{#each besides}}, {{rule}}{{/each}})</span></p>
{{/with}}{{#if left}}<div class="missing" role="note" aria-label="What was left behind"><strong>Left behind</strong><ul>{{#each left}}<li>{{this}}</li>{{/each}}</ul></div>{{/if}}
{{#if missing}}<div class="missing" role="note" aria-label="What is missing"><strong>Missing</strong><ul>{{#each missing}}<li>{{this}}</li>{{/each}}</ul></div>{{/if}}
{{#if incidents}}{{> incidents incidents}}{{/if}}
<dl class="facts">{{#each facts}}<div><dt>{{name}}</dt><dd>{{text}}</dd></div>{{/each}}</dl>
</header>
${between}<main>
{{#if intents}}{{#if matrix}}{{> matrix matrix}}{{/if}}
{{#if changes}}{{> changes changes}}{{/if}}
{{#if worst}}{{> worst}}{{/if}}
{{#if triage}}{{> triage triage}}{{/if}}
{{#if scorecard}}{{> scorecard scorecard}}{{/if}}{{#if predictions}}
<p class="muted">Predictions, written before each trial and asked by no verdict: {{predictions}}.</p>{{/if}}
{{#if trends}}{{> trends trends}}{{/if}}
<h2 id="intents">Intents</h2>
<div class="box suite cards"><table role="table">
<caption>Every intent of this run. Times are from treatment trials: MTTD = t2 − t0, MTTR = t6 − t0, TTM = t5 − t1.</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">intent</th><th scope="col" role="columnheader">verdict</th><th scope="col" role="columnheader">MTTD</th><th scope="col" role="columnheader">MTTR</th><th scope="col" role="columnheader">TTM</th><th scope="col" role="columnheader">pathway</th><th scope="col" role="columnheader">attribution</th></tr></thead>
<tbody role="rowgroup">{{#each intents}}<tr role="row"><th scope="row" role="rowheader"><a href="#{{anchor}}">{{id}}</a></th><td role="cell" data-label="verdict">{{> badge badge}}</td><td role="cell" data-label="MTTD">{{> figure mttd}}</td><td role="cell" data-label="MTTR">{{> figure mttr}}</td><td role="cell" data-label="TTM">{{> figure ttm}}</td><td role="cell" data-label="pathway">{{pathway}}</td><td role="cell" data-label="attribution">{{attributionWord}}</td></tr>{{/each}}</tbody>
</table></div>{{#if unpaged}}
<p class="muted">{{unpaged}}</p>{{/if}}
{{else}}${none}{{/if}}`;
}

export const pageTemplate = suitePage({
  policy,
  css: style + suiteStyle,
  heading: `<h1>Rebound: {{name}} {{> badge badge}}</h1>
{{#if first}}<p class="lead">{{first.says}}{{#if first.triage}} Triage: <a href="#triage">{{first.triage}}</a>.{{/if}}</p>
<p class="muted">{{says}}</p>{{else}}<p class="lead">{{says}}</p>{{/if}}`,
  between: "",
  none: `<p class="missing"><strong>Missing:</strong> this run holds no intent.</p>`,
});

/** A page about a run after its intents, up to its end; `source`: where its figures are. Context: the page model. */
export function suiteFoot(source: string): string {
  return `
{{#if measured}}<h2 id="measured">Machine and harness</h2>
<details class="fold"><summary>How quiet the machine was, and what the harness keeps on it</summary>
<dl class="facts">{{#each measured}}<div><dt>{{name}}</dt><dd>{{text}}</dd></div>{{/each}}</dl>
</details>
{{/if}}<h2 id="words">Words</h2>
<details class="fold"><summary>What the words on this page mean</summary>
<dl class="glossary">{{#each glossary}}<dt>{{word}}</dt><dd>{{means}}</dd>{{/each}}</dl>
</details>
</main>
<footer><p>Made by Rebound. ${source} The frame of marks and phases is modelled on ISO/IEC 25045.</p></footer>
`;
}

/** The end of a page. */
export const suiteEnd = `</body>
</html>
`;

export const pageEndTemplate = `${suiteFoot("Every figure is from run.json beside this file.")}${suiteEnd}`;

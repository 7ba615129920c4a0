// How MTTR went over the last nights, a fold for each intent.

/** Context: a trends model. */
export const trendsTemplate = `<section aria-labelledby="trends">
<h2 id="trends">MTTR from night to night</h2>
{{#each trends}}<details class="fold"><summary>{{intent}}: {{says}}</summary>
{{#each charts}}<svg class="{{size}} trend" viewBox="0 0 {{width}} 114" role="img" aria-label="MTTR of {{../intent}} over the last runs" xmlns="http://www.w3.org/2000/svg">
<rect class="frame" x="{{left}}" y="4" width="{{span}}" height="96"/>
{{#if limits}}<rect class="band probes" x="{{limits.x}}" y="{{limits.y}}" width="{{limits.width}}" height="{{limits.height}}"/><line class="base" x1="{{limits.x}}" x2="{{right}}" y1="{{limits.middle}}" y2="{{limits.middle}}"/>{{/if}}
{{#each changes}}<line class="mark healer" x1="{{this}}" x2="{{this}}" y1="4" y2="100"/>{{/each}}
<polyline class="line state" points="{{line}}"/>
{{#each points}}{{#if arrow}}<polygon class="point {{kind}}" points="{{arrow}}"><title>{{says}}</title></polygon>{{else}}<circle class="point {{kind}}" cx="{{x}}" cy="{{y}}" r="3"><title>{{says}}</title></circle>{{/if}}{{/each}}
{{#each ticks}}<text class="scale" x="{{../tickX}}" y="{{y}}">{{label}}</text>{{/each}}
<text x="{{left}}" y="112">{{first}}</text><text class="scale" x="{{right}}" y="112">{{last}}</text>
</svg>{{/each}}
{{#if more}}<ul>{{#each more}}<li>{{this}}</li>{{/each}}</ul>{{/if}}</details>
{{/each}}{{#if trends}}<p class="muted">Median MTTR of treatment trials, a point for each of the last runs (thirty at most beside this one), the newest plan only; seconds on a logarithmic scale. An arrow upwards: it took longer than this, which is as long as it was watched. Band: limits of the runs that recovered since the last change of level; dashes: their middle; dotted: a new level.</p>{{/if}}
{{#if missing}}<p class="muted">Too few runs for limits (it takes 8). {{#each missing}}{{this}} {{/each}}</p>{{/if}}
</section>`;

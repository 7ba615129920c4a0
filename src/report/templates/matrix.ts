// Pathway × fault: a narrow map, which alone may scroll sideways, and under it what each pair showed.

/** Context: a matrix model. */
export const matrixTemplate = `<section aria-labelledby="matrix">
<h2 id="matrix">Pathways against faults</h2>
<p class="muted">Recovered by the pathway, of the trials that tell; hatched: no evidence. {{says}}{{#if unread}} {{unread}}{{/if}}</p>
<div class="box map-box" tabindex="0" role="region" aria-label="Map of pathways and faults"><table class="map"><caption class="unseen">Recovered by the pathway, of the trials that tell</caption>
<thead><tr><th scope="col">pathway</th>{{#each faults}}<th scope="col" class="up"><span>{{this}}</span></th>{{/each}}</tr></thead>
<tbody>{{#each rows}}<tr><th scope="row">{{pathway}}{{#if target}} <span class="muted">{{target}}</span>{{/if}}</th>{{#each cells}}<td class="{{kind}}">{{#if anchor}}<a href="#{{anchor}}">{{text}}</a>{{else}}{{text}}{{/if}}{{#if says}}<span class="unseen"> {{says}}</span>{{/if}}</td>{{/each}}</tr>{{/each}}</tbody></table></div>
{{#if tried}}<div class="box cards"><table role="table" class="tried"><caption>Every pair that this run tried. Recovered means for good, by this pathway.</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">pathway, fault</th><th scope="col" role="columnheader">recovered</th><th scope="col" role="columnheader">MTTD</th><th scope="col" role="columnheader">MTTR</th><th scope="col" role="columnheader">attribution</th><th scope="col" role="columnheader">newest evidence</th></tr></thead>
<tbody role="rowgroup">{{#each tried}}<tr role="row" id="{{anchor}}"><th scope="row" role="rowheader">{{pathway}}<br><span class="muted">{{fault}}</span></th><td role="cell" data-label="recovered"><div>{{> figure recovered}} of {{> figure of}}{{#if interval}} <span class="muted">({{interval.confidence}} interval {{> figure interval.lo}} to {{> figure interval.hi}})</span>{{/if}}{{#if note}}<br><span class="muted">{{note}}</span>{{/if}}</div></td><td role="cell" data-label="MTTD"><div>{{> figure mttd}}</div></td><td role="cell" data-label="MTTR"><div>{{> figure mttr}}</div></td><td role="cell" data-label="attribution">{{attribution}}</td><td role="cell" data-label="evidence"><div>{{fresh}}: {{#each intents}}{{#unless @first}}, {{/unless}}<a href="#{{anchor}}">{{id}}</a>{{/each}}</div></td></tr>{{/each}}</tbody></table></div>{{/if}}
</section>`;

// What changed since the baseline, a line each.

/** Context: a changes model. */
export const changesTemplate = `<section aria-labelledby="changes">
<h2 id="changes">Changed since the baseline</h2>
<p class="muted">{{says}}</p>
{{#if lines}}<div class="box cards"><table role="table" class="triage"><caption class="unseen">What changed since the baseline</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">change</th><th scope="col" role="columnheader">intent</th><th scope="col" role="columnheader">because</th></tr></thead>
<tbody role="rowgroup">{{#each lines}}<tr role="row"><th scope="row" role="rowheader">{{word}}</th><td role="cell" data-label="intent">{{#if anchor}}<a href="#{{anchor}}">{{intent}}</a>{{else}}{{intent}}{{/if}}</td><td role="cell" data-label="because">{{says}}</td></tr>{{/each}}</tbody>
</table></div>{{/if}}
</section>`;

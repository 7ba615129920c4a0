// Where everything belongs that did not pass, a line each.

/** Context: a triage model. */
export const triageTemplate = `<section aria-labelledby="triage">
<h2 id="triage">Triage</h2>
<p class="muted">{{says}}</p>
<div class="box cards"><table role="table" class="triage"><caption class="unseen">What did not pass, and where it belongs</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">belongs to</th><th scope="col" role="columnheader">intent</th><th scope="col" role="columnheader">trials</th><th scope="col" role="columnheader">because</th></tr></thead>
<tbody role="rowgroup">{{#each lines}}<tr role="row"><th scope="row" role="rowheader">{{word}}</th><td role="cell" data-label="intent"><a href="#{{anchor}}">{{intent}}</a></td><td role="cell" data-label="trials">{{#if trials}}{{trials}}{{else}}–{{/if}}</td><td role="cell" data-label="because">{{says}}</td></tr>{{/each}}</tbody>
</table></div>
</section>`;

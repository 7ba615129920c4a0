// What the healer's incidents came to, right below the verdict.

/** Context: an incidents model. */
export const incidentsTemplate = `{{#if tiles}}<ul class="tiles" aria-label="Incidents of the healer">{{#each tiles}}<li><span class="tile-name">{{name}}</span><span class="tile-figure">{{#each parts}}{{before}}{{> figure figure}}{{/each}}{{after}}</span>{{#if more}}<span class="muted">{{more}}</span>{{/if}}</li>{{/each}}</ul>{{/if}}
{{#each notes}}<p class="muted">{{this}}</p>{{/each}}`;

// One trial on the page of its run: a line, and where it matters what it came to.

/** One trial; context: a trial line. */
export const trialLineTemplate = `{{#if open}}<details class="trial" id="{{id}}" open>
<summary><h3>{{name}}</h3> {{> badge badge}} <span class="muted">– {{recovery}}{{#if choice}}; {{choice}}{{/if}}</span></summary>
<div>
<p>{{#if href}}<a class="whole" href="{{href}}">The whole trial: picture, marks, claims and evidence</a>{{else}}The whole trial, by <code>npx rebound report DIR --pages {{folder}}</code>{{/if}}</p>
<dl class="facts times">{{#each times}}<div><dt>{{name}}</dt><dd>{{> figure figure}}</dd></div>{{/each}}</dl>
{{#if against}}<ul class="findings">{{#each against}}<li>{{> badge badge}} <span class="rule">{{rule}}</span>: {{says}}</li>{{/each}}</ul>{{/if}}
{{#if reasons}}<dl class="facts times reasons">{{#each reasons}}<div><dt>{{about}}</dt><dd>{{says}}</dd></div>{{/each}}</dl>{{/if}}
<p class="muted">{{content}} Disturbed: {{disturbed}}. {{#if ablated}}Made a no-op: {{ablated}}. {{/if}}Seed {{seed}}.</p>
</div>
</details>{{else}}<p class="trial" id="{{id}}">{{#if href}}<a href="{{href}}">{{name}}</a>{{else}}{{name}}{{/if}} {{> badge badge}} <span class="muted">– {{recovery}}{{#if choice}}; {{choice}}{{/if}}</span></p>{{/if}}`;

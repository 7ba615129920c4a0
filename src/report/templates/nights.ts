// Tonight's times inside those of earlier nights.

/** Context: a trial's model. */
export const nightsTemplate = `{{#if nights}}<h2 id="nights">Tonight, and the nights before</h2>
{{#each nights}}<p><strong>{{name}}</strong> {{> figure figure}}. {{says}}</p>
{{#each strips}}<svg class="{{size}}" viewBox="0 0 {{width}} 44" role="img" aria-label="{{../name}} tonight among those of earlier nights" xmlns="http://www.w3.org/2000/svg">
<line class="frame" x1="{{left}}" x2="{{right}}" y1="26" y2="26"/>
{{#each past}}<line class="night {{age}}" x1="{{x}}" x2="{{x}}" y1="12" y2="26"/>{{/each}}
{{#if tonight}}<rect class="band probes" x="{{tonight.from}}" y="2" width="{{tonight.width}}" height="24"/><line class="mark probes" x1="{{tonight.x}}" x2="{{tonight.x}}" y1="2" y2="26"/>{{/if}}
{{#each ticks}}<text class="axis" x="{{x}}" y="40">{{label}}</text>{{/each}}
</svg>{{/each}}{{/each}}
<p class="muted">Seconds; a line for each earlier trial that got so far, of this intent, arm and target under the same settings, the newest run’s darker; tonight’s tall, with its interval. Whether it became slower is not judged here.</p>{{/if}}`;

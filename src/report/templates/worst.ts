// What is worst, which the first lines name: in words, with the way to it and the command that brings it about again.

/** What a run does not know of itself; text of ours. */
export const whatIsNotRepeated =
  "The command repeats intent, target, settings and seed. Variables of the environment that the target reads are not kept: set them as they were.";

/** Context: the page model. */
export const worstTemplate = `<section aria-labelledby="worst">
<h2 id="worst">Worst findings</h2>
<ol class="worst">{{#each worst}}<li><p>{{> badge badge}} <a href="#{{trial}}">{{name}}</a>, <span class="rule">{{rule}}</span>: {{says}}</p>
{{#if besides}}<ul>{{#each besides}}<li><span class="rule">{{rule}}</span>: {{says}}</li>{{/each}}</ul>
{{/if}}<p class="muted">Again: <code>{{command}}</code></p></li>{{/each}}</ol>
<p class="muted">${whatIsNotRepeated}</p>
</section>`;

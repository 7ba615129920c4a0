// The picture of a trial as SVG. All places come from the layout; all words are escaped by Handlebars like any others.
// What moves with the axis is in the group `pan`; words hang on it by `data-x`, and are moved and not stretched.

/** What every picture begins with: its ends, its hatch and what it clips; context: a plot. */
const frame = `<defs><pattern id="{{id}}-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="5"/></pattern><clipPath id="{{id}}-inside"><rect x="{{inside.x}}" y="{{inside.y}}" width="{{inside.width}}" height="{{inside.height}}"/></clipPath></defs>`;

/** The ticks below; context: an axis with `grid`, the ends of its grid lines. */
const axisTemplate = `<g class="ticks">{{#each axis.ticks}}<line class="grid" x1="{{x}}" x2="{{x}}" y1="{{../firstY}}" y2="{{../bottom}}"/><text class="axis" x="{{x}}" y="{{../axis.tickY}}">{{label}}</text>{{/each}}</g>
<text class="axis" x="{{axis.titleX}}" y="{{axis.titleY}}">{{axis.title}}</text>`;

const moving = `<g clip-path="url(#{{id}}-inside)"><g class="pan">
{{#each faults}}<rect class="faulted" x="{{x}}" y="{{y}}" width="{{width}}" height="{{height}}"/>{{/each}}
{{#each marks}}<rect class="band {{by}}" x="{{band.x}}" y="{{band.y}}" width="{{band.width}}" height="{{band.height}}"/>{{/each}}
{{#each strips}}{{#each cells}}<rect class="cell {{kind}}" x="{{x}}" y="{{y}}" width="{{width}}" height="{{height}}"{{#if hatched}} fill="url(#{{../../id}}-hatch)"{{/if}}/>{{/each}}
{{/each}}
{{#each panels}}{{#each unseen}}<rect x="{{x}}" y="{{y}}" width="{{width}}" height="{{height}}" fill="url(#{{../../id}}-hatch)"/>{{/each}}<path class="area {{view}}" d="{{area}}"/><path class="line {{view}}" d="{{line}}"/>{{/each}}
{{#each lanes}}{{#each items}}<rect class="bar {{by}}" x="{{bar.x}}" y="{{bar.y}}" width="{{bar.width}}" height="{{bar.height}}"><title>{{says}}</title></rect>{{/each}}{{/each}}
{{#each marks}}<line class="mark {{by}}" x1="{{x}}" x2="{{x}}" y1="{{lineFrom}}" y2="{{lineTo}}"/>{{/each}}
</g></g>`;

const standing = `{{#each panels}}<rect class="frame" x="{{frame.x}}" y="{{frame.y}}" width="{{frame.width}}" height="{{frame.height}}"/>
{{#if baseline}}<line class="base" x1="{{../left}}" x2="{{../right}}" y1="{{baseline.y}}" y2="{{baseline.y}}"/>{{/if}}
<text class="scale" x="{{../scaleX}}" y="{{topY}}">{{top}}</text><text class="scale" x="{{../scaleX}}" y="{{bottomY}}">{{low}}</text>
{{/each}}
{{#each marks}}<text class="hangs {{by}}" data-x="{{x}}" x="{{labelX}}" y="{{labelY}}"><title>{{says}}</title>{{label}}</text>{{/each}}
{{#each lanes}}{{#each items}}{{#if label}}<text class="hangs said {{by}}{{#if ends}} ends{{/if}}" data-x="{{x}}" x="{{labelX}}" y="{{labelY}}">{{label}}</text>{{/if}}{{/each}}{{/each}}
{{#each lanes}}<text class="name" x="{{../left}}" y="{{titleY}}">{{title}}</text>{{/each}}
{{#each strips}}<text class="name" x="{{../left}}" y="{{titleY}}">{{title}}</text>{{/each}}
{{#each panels}}<text class="name" x="{{../left}}" y="{{titleY}}">{{title}}</text>{{/each}}`;

/** One picture; context: `{plot, title, words}`. */
export const plotTemplate = `{{#with plot}}
<svg class="picture {{size}}" viewBox="0 0 {{width}} {{height}}" role="img" aria-labelledby="{{id}}-title" aria-describedby="{{id}}-words" xmlns="http://www.w3.org/2000/svg" data-from="{{axis.from}}" data-to="{{axis.to}}" data-left="{{axis.left}}" data-right="{{axis.right}}" data-most="{{axis.most}}" data-top="{{firstY}}" data-bottom="{{bottom}}" data-ticks="{{axis.tickY}}">
<title id="{{id}}-title">{{../title}}</title>
<desc id="{{id}}-words">{{../words}}</desc>
${frame}
${axisTemplate}
${moving}
${standing}
</svg>{{/with}}`;

/** What lines and fills mean; the same under every picture. */
export const legendTemplate = `<ul class="legend">
<li><i class="k-bad"></i>window bad</li><li><i class="k-good"></i>window good</li><li><i class="k-unseen"></i>not seen</li>
<li><i class="k-harness"></i>done by us</li><li><i class="k-probes"></i>seen by our probes</li><li><i class="k-healer"></i>done or said by the healer</li>
<li><i class="k-band"></i>uncertainty of a mark</li><li><i class="k-fault"></i>a fault in effect</li><li><i class="k-base"></i>baseline</li>
</ul>`;

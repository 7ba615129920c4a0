// The timeline plot as SVG. All places come from the layout; all words are escaped by Handlebars like any others.

/** One plot; context: `{plot, title, words}`. */
export const plotTemplate = `{{#with plot}}
<svg class="{{size}}" viewBox="0 0 {{width}} {{height}}" role="img" aria-labelledby="{{id}}-title" aria-describedby="{{id}}-words" xmlns="http://www.w3.org/2000/svg">
<title id="{{id}}-title">{{../title}}</title>
<desc id="{{id}}-words">{{../words}}</desc>
<defs><pattern id="{{id}}-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="5"/></pattern></defs>
{{#each ticks}}<line class="grid" x1="{{x}}" x2="{{x}}" y1="{{../firstY}}" y2="{{../bottom}}"/>{{/each}}
{{#each marks}}<rect class="band {{by}}" x="{{band.x}}" y="{{band.y}}" width="{{band.width}}" height="{{band.height}}"/>{{/each}}
{{#each strips}}{{#each cells}}<rect class="cell {{kind}}" x="{{x}}" y="{{y}}" width="{{width}}" height="{{height}}"{{#if hatched}} fill="url(#{{../../id}}-hatch)"{{/if}}/>{{/each}}
{{/each}}
{{#each panels}}{{#each unseen}}<rect x="{{x}}" y="{{y}}" width="{{width}}" height="{{height}}" fill="url(#{{../../id}}-hatch)"/>{{/each}}
<rect class="frame" x="{{frame.x}}" y="{{frame.y}}" width="{{frame.width}}" height="{{frame.height}}"/>
{{#if baseline}}<line class="base" x1="{{../left}}" x2="{{../right}}" y1="{{baseline.y}}" y2="{{baseline.y}}"/>{{/if}}
<path class="area {{view}}" d="{{area}}"/><path class="line {{view}}" d="{{line}}"/>
<text class="scale" x="{{../scaleX}}" y="{{topY}}">{{top}}</text><text class="scale" x="{{../scaleX}}" y="{{bottomY}}">{{low}}</text>
{{/each}}
{{#each marks}}<line class="mark {{by}}" x1="{{x}}" x2="{{x}}" y1="{{lineFrom}}" y2="{{../bottom}}"/>{{/each}}
{{#each marks}}<text class="{{by}}" x="{{labelX}}" y="{{labelY}}">{{label}}</text>{{/each}}
{{#each strips}}<text class="name" x="{{../left}}" y="{{titleY}}">{{title}}</text>{{/each}}
{{#each panels}}<text class="name" x="{{../left}}" y="{{titleY}}">{{title}}</text>{{/each}}
{{#each ticks}}<text class="axis" x="{{x}}" y="{{../tickY}}">{{label}}</text>{{/each}}
<text class="axis" x="{{axisX}}" y="{{axisY}}">{{axisTitle}}</text>
</svg>{{/with}}`;

/** What lines and fills mean; the same under every plot. */
export const legendTemplate = `<ul class="legend">
<li><i class="k-bad"></i>window bad</li><li><i class="k-good"></i>window good</li><li><i class="k-unseen"></i>not seen</li>
<li><i class="k-harness"></i>done by us</li><li><i class="k-probes"></i>seen by our probes</li><li><i class="k-healer"></i>done or said by the healer</li>
<li><i class="k-band"></i>uncertainty of a mark</li><li><i class="k-base"></i>baseline</li>
</ul>`;

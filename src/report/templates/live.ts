// The page of a run that goes on: that of a run which is over, with what is done now between its head and the rest.

import { style } from "./style.ts";
import { suiteStyle } from "./suite-style.ts";
import { suiteFoot, suitePage } from "./page.ts";

/** CSS; holds no text from outside. */
const liveStyle = `
aside { max-width: 1080px; margin: 0 auto; padding: 0 16px; }
.live { border: 1px solid var(--link); border-left-width: 5px; border-radius: 4px; padding: 8px 14px; margin: 16px 0; background: var(--raised); }
.live.lost { border-color: var(--inconclusive); }
.live h2 { font-size: 16px; margin: 0; }
.live h3 { margin: 12px 0 4px; }
.live p, .live li { font-size: 14px; }
.live ul { margin: 4px 0 0; padding-left: 20px; }
.steps { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 6px; margin: 4px 0; padding: 0; }
.steps li { border: 1px solid var(--line); border-radius: 4px; padding: 0 8px; background: var(--bg); }
.steps li.to-come { color: var(--muted); border-style: dashed; }
.steps li.healer { color: var(--healer); border-color: var(--healer); }
.steps li[aria-current] { border-color: var(--link); box-shadow: inset 0 -3px var(--link); font-weight: 600; }
`;

/** Context: the page model and the page's policy. */
export const livePageTemplate = suitePage({
  policy: "{{policy}}",
  css: style + suiteStyle + liveStyle,
  heading: `<h1>Rebound: {{name}} – running</h1>
<p class="lead">{{#if intents}}So far {{> badge badge}} {{says}}{{else}}No trial has ended yet.{{/if}}</p>`,
  between: `<aside aria-label="The run now"><div class="live" id="live" data-version="{{version}}">
<h2 role="status" id="now">Not connected yet.</h2>
<p id="time" class="muted"></p>
<div id="trials"></div>
<ul id="news"></ul>
<noscript><p>What is done now is shown by a script. Without it: load this page again.</p></noscript>
</div></aside>
`,
  none: `<p class="muted">Here stands the page of the run, as far as it is: after the first trial.</p>`,
});

/** Up to its script; context: the page model. */
export const livePageFoot = suiteFoot("Figures are of trials that have ended; run.json of the run will have them all.");

// The style of the chat page: one column, the question field always at hand at its foot.

import { PAGE_STYLE } from "../../common/page-style.ts";

export const STYLE = `${PAGE_STYLE}
body { min-height: 100vh; min-height: 100dvh; display: flex; flex-direction: column; }
header, main, #ask { width: 100%; max-width: 820px; margin: 0 auto; padding: 0 16px; }
header { padding-top: 20px; }
main { flex: 1; padding-bottom: 16px; }
#ask { position: sticky; bottom: 0; background: var(--bg); border-top: 1px solid var(--line); padding-top: 4px; padding-bottom: 12px; }
.row { display: flex; flex-wrap: wrap; gap: 8px; align-items: flex-end; }
textarea { flex: 1 1 12em; min-width: 0; max-height: 30vh; resize: vertical; }
article { border: 1px solid var(--line); border-left: 5px solid var(--line); border-radius: 6px; padding: 10px 14px; margin: 12px 0; }
article h2 { font-size: 16px; margin: 0 0 6px; }
article[data-state=waiting], article[data-state=streaming] { border-left-color: var(--link); }
article[data-state=whole] { border-left-color: var(--good); }
article[data-state=slow], article[data-state=still], article[data-state=refused], article[data-state=stopped] { border-left-color: var(--wait); }
article[data-state=cut], article[data-state=failed] { border-left-color: var(--bad); }
.answer { white-space: pre-wrap; margin: 0; max-width: 75ch; }
.state { margin: 6px 0 0; color: var(--muted); font-size: 14px; }
article[data-state=slow] .state, article[data-state=still] .state, article[data-state=refused] .state, article[data-state=stopped] .state, .less { color: var(--wait); }
article[data-state=cut] .state, article[data-state=failed] .state { color: var(--bad); font-weight: 600; }
.less { margin: 6px 0 0; font-size: 14px; }
button.cite {
  display: inline-block; min-height: 28px; padding: 2px 8px; margin: 1px 2px; font-size: 13px; line-height: 1.5;
  color: var(--link); text-align: left; overflow-wrap: anywhere;
}
article .row { margin-top: 8px; }
[hidden] { display: none !important; }
dialog {
  width: min(720px, calc(100vw - 24px)); max-height: min(80vh, 720px); overflow: auto; padding: 16px;
  border: 1px solid var(--line); border-radius: 8px; background: var(--bg); color: var(--text);
}
dialog::backdrop { background: rgb(0 0 0 / 55%); }
dialog h2 { margin: 0 0 8px; }
#passage-text { white-space: pre-wrap; max-height: 50vh; overflow: auto; margin-bottom: 12px; }
`;

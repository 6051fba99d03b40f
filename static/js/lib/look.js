// The look of <task-progress>. A page changes it by custom properties and ::part.
//
// A sheet made by a script is no inline style: a strict security policy lets it pass.

const CSS = `
:host {
  display: block;
  --text: var(--task-progress-text, light-dark(#1f2937, #e2e8f0));
  --quiet: var(--task-progress-quiet, light-dark(#566070, #9aa7ba));
  --card: var(--task-progress-background, light-dark(#fff, #131a2b));
  --line: var(--task-progress-border, light-dark(#e5e7eb, #232b3b));
  --track: var(--task-progress-track, light-dark(#e5e7eb, #27303f));
  --fill: var(--task-progress-accent, light-dark(#4f46e5, #818cf8));
  --ok: var(--task-progress-ok, light-dark(#166534, #86efac));
  --warn: var(--task-progress-warn, light-dark(#854d0e, #fcd34d));
  --bad: var(--task-progress-bad, light-dark(#991b1b, #fca5a5));
}
:host([hidden]), [hidden] { display: none !important; }
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }

.card {
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 8px;
  padding: 12px 14px;
  border: 1px solid var(--line);
  border-radius: var(--task-progress-radius, 12px);
  background: var(--card);
  color: var(--text);
  font: var(--task-progress-font, 400 .875rem/1.4 system-ui, "Segoe UI", Roboto, sans-serif);
}
.row { display: flex; align-items: baseline; justify-content: space-between; gap: 12px; }
.title {
  display: -webkit-box;
  min-width: 0;
  overflow: hidden;
  font-weight: 600;
  overflow-wrap: anywhere;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
}
.status { flex: none; font-weight: 500; }
.status[data-status="completed"] { --mark: var(--ok); }
.status[data-status="processing"] { --mark: var(--fill); }
.status:is([data-status="paused"], [data-status="completed_with_errors"]) { --mark: var(--warn); }
.status[data-status="failed"] { --mark: var(--bad); }
.status::before {
  content: "";
  display: inline-block;
  width: .55em;
  height: .55em;
  margin-inline-end: .45em;
  border-radius: 50%;
  background: var(--mark, var(--quiet));
}
.bar { height: 6px; overflow: hidden; border-radius: 99px; background: var(--track); }
.fill { width: 0; height: 100%; border-radius: 99px; background: var(--fill); transition: width .25s linear; }
.bar[data-status="completed"] .fill { background: var(--ok); }
.bar:is([data-status="paused"], [data-status="completed_with_errors"]) .fill { background: var(--warn); }
.bar[data-status="failed"] .fill { background: var(--bad); }
.bar[data-status="cancelled"] .fill { background: var(--quiet); }
.bar[data-unmeasured] .fill { width: 35% !important; animation: slide 1.4s ease-in-out infinite alternate; }
.message { min-width: 0; color: var(--quiet); overflow-wrap: anywhere; }
.percent { flex: none; font-variant-numeric: tabular-nums; }
p { margin: 0; overflow-wrap: anywhere; }
.error { color: var(--bad); white-space: pre-line; }
.connection { color: var(--quiet); font-size: .8125em; }
.spoken {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
@keyframes slide { from { margin-inline-start: 0; } to { margin-inline-start: 65%; } }
@media (prefers-reduced-motion: reduce) {
  .fill { transition: none; }
  .bar[data-unmeasured] .fill { margin-inline-start: 0; animation: none; }
}
@media (forced-colors: active) {
  .bar { border: 1px solid CanvasText; }
  .fill { background: Highlight !important; forced-color-adjust: none; }
}
`;

let sheet = null;

// All elements share it.
export function look() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}

import { type Html, html } from '../report/markup.ts';
import { frontPart } from './html-front.ts';
import { notesPart, rollbackPart, stepsPart } from './html-steps.ts';
import { type PrintContext, type PrintedChecklist, printContext } from './print-context.ts';
import { qrPath } from './qr.ts';
import { printStyle } from './style.ts';

/**
 * A checklist on paper: one self-contained document that runs no script and loads nothing. The same files give the
 * same text, so two prints can be held against each other by their hash.
 */
export function checklistPage(printed: PrintedChecklist): string {
  const context = printContext(printed);
  const body = html`<table class="sheet" role="presentation"><thead><tr><td>${headPart(context)}</td></tr></thead>
<tbody><tr><td><main>
${frontPart(context)}${stepsPart(context)}${rollbackPart(context)}${notesPart(context)}</main></td></tr></tbody></table>`;
  const head = html`<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${printTitle(context)}</title>`;
  const tag = printed.language === 'zh' ? 'zh-CN' : 'en';
  return `<!doctype html>\n<html lang="${tag}">\n<head>\n${head}\n<style>${printStyle(printed.paper)}</style>\n</head>\n<body lang="${tag}">\n${body}\n</body>\n</html>\n`;
}

/** What the QR code on each page says: the content hash, and for which environment it was put on paper. */
export function printedCode({ contentHash, plan }: Pick<PrintedChecklist, 'contentHash' | 'plan'>): string {
  return `countersign:checklist:${contentHash}?env=${encodeURIComponent(plan.environment)}`;
}

function printTitle({ plan, say }: PrintContext): string {
  return `${plan.title} · ${plan.environment} · ${say('print-title')}`;
}

/** Stands on top of each page, so that no sheet can be taken for one of another checklist. */
function headPart(context: PrintContext): Html {
  const { plan, say, contentHash } = context;
  return html`<div class="head"><div class="what"><span class="title">${plan.title}</span>
<span>${say('print-head')}</span>
<span class="hash">${say('print-hash')} <span class="mono small"><strong>${contentHash.slice(0, 8)}</strong>${contentHash.slice(8)}</span></span></div>
<div class="${plan.production ? 'where production' : 'where'}">${plan.environment}${plan.production && html`<small>${say('print-production')}</small>`}</div>
${codePart(context)}</div>`;
}

function codePart(context: PrintContext): Html | null {
  const code = qrPath(printedCode(context));
  if (code === null) return null;
  return html`<svg role="img" aria-label="${context.say('print-code')}" viewBox="0 0 ${code.size} ${code.size}"><path d="${code.path}" fill="#000" shape-rendering="crispEdges"/></svg>`;
}

import type { Language } from '../contract/ipc/settings.ts';
import { type Html, html } from './markup.ts';

/**
 * Everything that is printed shares this page: one self-contained document, readable on paper in black and white.
 * No script, no picture, no network (the policy in its head forbids them, should anything ever slip through).
 */
const style = `
:root { color-scheme: light; }
@page { size: A4; margin: 20mm 15mm 18mm; }
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 32px; max-width: 60rem; background: #fff; color: #111;
  font: 400 9.5pt/1.45 "Source Sans 3", "Noto Sans", "Segoe UI", "Helvetica Neue", Arial, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
:lang(zh-CN) body, body:lang(zh-CN) { line-height: 1.6; }
h1, h2, h3 { line-height: 1.3; break-after: avoid; }
h1 { font-size: 20pt; font-weight: 600; margin: 0 0 4px; }
h2 { font-size: 13.5pt; font-weight: 600; margin: 28px 0 8px; padding-bottom: 4px; border-bottom: 1px solid #111; }
h3 { font-size: 11pt; font-weight: 600; margin: 18px 0 2px; }
p { margin: 4px 0 8px; }
h2 + p, h3 + p, p:has(+ pre), p:has(+ table) { break-after: avoid; }
table { width: 100%; border-collapse: collapse; margin: 4px 0 12px; }
th, td { text-align: left; vertical-align: top; padding: 3px 12px 3px 0; border-bottom: 1px solid #ccc; }
th:last-child, td:last-child { padding-right: 0; }
thead th { border-bottom: 1px solid #555; overflow-wrap: normal; }
th { font-weight: 600; }
tr, .together { break-inside: avoid; }
.together { break-after: avoid; }
thead { display: table-header-group; }
caption { text-align: left; color: #444; padding-bottom: 4px; }
.facts { table-layout: fixed; }
.facts th { width: 8.5rem; font-weight: 400; color: #444; }
.group { break-after: avoid; }
.sum { break-before: avoid; }
.group th, .group td, .sum th, .sum td { padding-top: 12px; border-bottom-color: #555; }
.number { text-align: right; white-space: nowrap; }
.number + th, .number + td { padding-left: 8px; }
.few { min-width: 5rem; overflow-wrap: normal; }
.place { min-width: 11rem; }
.tight { white-space: nowrap; width: 1%; overflow-wrap: normal; }
.result { font-size: 12.5pt; line-height: 1.45; margin: 12px 0 16px; padding: 8px 12px; border: 1px solid #111; border-left-width: 6px; }
.alarm { border-width: 3px 3px 3px 12px; }
.line { margin: 0 0 4px; }
.mark { border: 2px solid #111; padding: 0 6px; }
.signings { list-style: none; padding-left: 0; }
.signings li { margin-bottom: 6px; break-inside: avoid; }
.environment { font-weight: 600; }
.production { border: 2px solid #111; padding: 0 6px; }
.state { font-weight: 600; white-space: nowrap; }
.calm { font-weight: 400; }
.aside { color: #444; }
.mono.calm { font-weight: 400; }
.target { font-weight: 600; margin: 8px 0 4px; break-after: avoid; }
ul { margin: 4px 0 8px; padding-left: 20px; }
pre, code, .mono { font-family: "JetBrains Mono", "DejaVu Sans Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace; font-size: 8.5pt; }
pre { margin: 4px 0; padding: 6px 10px; border-left: 2px solid #999; line-height: 1.45; white-space: pre-wrap; orphans: 3; widows: 3; }
pre.command { border-left-color: #111; }
figure { margin: 4px 0 8px; }
figcaption { color: #444; font-size: 8.5pt; line-height: 1.4; break-before: avoid; }
figcaption .mono, .seals .mono, .aside.mono, .key-hash { font-size: 7.5pt; }
.seals { list-style: none; padding-left: 0; font-size: 8.5pt; line-height: 1.4; }
a { color: inherit; }
.word { overflow-wrap: normal; }
.short { break-inside: avoid; }
.mono { overflow-wrap: anywhere; }
.deviations { font-size: 10pt; font-weight: 600; }
.note { border-left: 4px double #111; padding-left: 10px; }
.picture { break-inside: avoid; margin: 8px 0 16px; }
.picture svg { display: block; width: 100%; height: auto; fill: #111; overflow: visible; }
.legend { line-height: 1.8; break-after: avoid; }
.key { display: inline-block; margin-right: 18px; white-space: nowrap; }
.key svg { vertical-align: -2px; fill: none; }
@media print {
  body { padding: 0; max-width: none; }
}
`;

export interface PageContent {
  /** Window title, PDF title and page header. */
  readonly title: string;
  readonly language: Language;
  readonly body: Html;
}

/** One whole HTML document as text. */
export function page({ title, language, body }: PageContent): string {
  const head = html`<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>`;
  const tag = language === 'zh' ? 'zh-CN' : 'en';
  return `<!doctype html>\n<html lang="${tag}">\n<head>\n${head}\n<style>${style}</style>\n</head>\n<body>\n${body}\n</body>\n</html>\n`;
}

import type { PaperSize } from '../contract/ipc/print.ts';

/** Width and height as CSS knows them. */
const sheets: Readonly<Record<PaperSize, string>> = { A4: '210mm 297mm', Letter: '215.9mm 279.4mm' };

/**
 * Black on white and nothing else: whoever prints without backgrounds, or on the oldest printer of the house, gets
 * everything. The head is a table's, for that is what Chromium repeats on each page while leaving room for it.
 */
export function printStyle(paper: PaperSize): string {
  return `
:root { color-scheme: light; }
@page { size: ${sheets[paper]}; margin: 9mm 13mm 14mm; }
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 190mm; background: #fff; color: #000;
  font: 400 9.5pt/1.4 "Source Sans 3", "Noto Sans", "Segoe UI", "Helvetica Neue", Arial, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
body:lang(zh-CN) { line-height: 1.6; }
.sheet { width: 100%; border-collapse: collapse; table-layout: fixed; }
.sheet > thead { display: table-header-group; }
.sheet > thead > tr > td, .sheet > tbody > tr > td { padding: 0; border: 0; }
.head { display: flex; gap: 4mm; align-items: center; border-bottom: 1.5pt solid #000; padding-bottom: 1.5mm; margin-bottom: 3mm; height: 21mm; }
.head .what { flex: 1; min-width: 0; line-height: 1.3; }
.head .title { display: block; font-weight: 600; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.head .hash { display: block; font-size: 7pt; }
.head .where { font-size: 19pt; font-weight: 700; line-height: 1.1; max-width: 60mm; padding: 1mm 3mm; border: 1pt solid #000; text-align: center; max-height: 19mm; overflow: hidden; }
.head .where.production { border: 4pt double #000; }
.head .where small { display: block; font-size: 7.5pt; letter-spacing: .08em; }
.head svg { width: 19mm; height: 19mm; flex: none; }
h1, h2, h3 { line-height: 1.3; break-after: avoid; }
h1 { font-size: 22pt; font-weight: 600; margin: 0 0 2mm; }
h2 { font-size: 13pt; font-weight: 600; margin: 5mm 0 2mm; border-bottom: 1pt solid #000; break-inside: avoid; }
h3 { font-size: 11.5pt; font-weight: 600; margin: 0; }
p { margin: 0 0 1mm; }
ul { margin: 0 0 1mm; padding-left: 4.5mm; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 0.8mm 3mm 0.8mm 0; border-bottom: 0.5pt solid #777; font-weight: 400; }
thead th { font-weight: 600; }
tr, .together { break-inside: avoid; }
.together { break-after: avoid; }
.kind { letter-spacing: .04em; }
.environment { font-size: 60pt; font-weight: 700; line-height: 1.1; margin: 3mm 0; padding: 2mm 5mm; border: 1.5pt solid #000; text-align: center; }
.environment.production { border: 9pt double #000; }
.production-word { font-size: 14pt; font-weight: 700; text-align: center; letter-spacing: .12em; margin-bottom: 3mm; }
.facts th { width: 42mm; }
.aside { font-weight: 400; font-size: 10pt; }
.mono, pre { font-family: "JetBrains Mono", "DejaVu Sans Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace; }
.mono { font-size: 8pt; }
.small { font-size: 6.8pt; }
.phase, .rollback, .notes-page { break-before: page; }
.phase + .phase { break-before: auto; }
.step { border-top: 1pt solid #000; border-bottom: 1pt solid #000; padding: 2mm 0 1mm; margin-bottom: -1pt; break-inside: avoid; }
.block-text + .step, .phase > h2 + .step { border-top: 0; }
.rollback .step:first-of-type { margin-top: 3mm; }
.code { display: inline-block; min-width: 12mm; padding-right: 2mm; font-weight: 700; }
.tags { display: flex; flex-wrap: wrap; gap: 0 4mm; }
.effect { font-weight: 600; }
.effect.write { border: 1.2pt solid #000; padding: 0 1.5mm; }
.tag { border: 0.5pt solid #000; padding: 0 1.5mm; }
.no-return { border: 3pt solid #000; padding: 1.5mm 3mm; margin: 1.5mm 0; break-inside: avoid; }
.notes { white-space: pre-wrap; border-left: 2pt solid #777; padding-left: 3mm; margin: 1mm 0; }
.where { font-weight: 600; break-after: avoid; }
.action { margin: 1mm 0; }
.action p { orphans: 2; }
.probe { font-size: 8.5pt; }
pre { margin: 0.8mm 0 1.5mm; padding: 0.8mm 0 0.8mm 3mm; border-left: 2pt solid #000; font-size: 8.4pt; line-height: 1.4; white-space: pre-wrap; overflow-wrap: anywhere; orphans: 2; widows: 2; }
.on::after { content: "\\a0↩"; font-weight: 700; }
.answers { break-inside: avoid; break-before: avoid; }
.targets { list-style: none; padding: 0; margin: 1.5mm 0; }
.targets.two { columns: 2; column-gap: 6mm; }
.targets li { display: flex; justify-content: space-between; align-items: baseline; gap: 3mm; break-inside: avoid; border-bottom: 0.5pt solid #777; padding: 1mm 0; }
.target { min-width: 0; }
.place { font-size: 7.5pt; display: inline-block; }
.boxes { flex: none; white-space: nowrap; }
.box { margin-right: 2.5mm; white-space: nowrap; }
.square { display: inline-block; width: 3.6mm; height: 3.6mm; border: 1pt solid #000; vertical-align: -0.6mm; margin-right: 1mm; }
.clock { display: inline-block; min-width: 20mm; border-bottom: 0.5pt solid #000; font-size: 7.5pt; }
.fields caption { text-align: left; font-weight: 600; }
.fields th { width: 45%; } .fields td { height: 7mm; }
.hint { font-size: 7pt; color: #000; }
.sign { table-layout: fixed; margin: 1.5mm 0 1mm; }
.sign th, .sign td { border: 0.5pt solid #000; height: 9mm; padding: 0.5mm 1.5mm; font-size: 7pt; }
.sign th { width: 42mm; font-size: 8.5pt; font-weight: 600; }
.sign .short { width: 24mm; }
.sign.people td { height: 12mm; }
.room { font-size: 7pt; height: 6mm; margin: 0; }
.block { border: 2.5pt solid #000; padding: 2mm 3mm; margin: 3mm 0; -webkit-box-decoration-break: clone; box-decoration-break: clone; }
.block-title { font-size: 11.5pt; font-weight: 700; break-after: avoid; }
.block-text, .block-end { font-weight: 600; }
.block-text { break-after: avoid; }
.block-end { border-top: 1pt solid #000; padding-top: 1.5mm; break-before: avoid; margin: 0; }
.reading { break-inside: avoid; }
.ruled { list-style: none; padding: 0; }
.ruled li { height: 9mm; border-bottom: 0.5pt solid #000; }
`;
}

import type { commandLine as english } from '../../en/report/command-line.ts';

/** Chinese sentences of the report: what the command line says when no report can be made. */
export const commandLine: Record<keyof typeof english, string> = {
  usage: '用法：countersign report RUN --out X.pdf | X.html | X.json | X.csv | X.md [--data DIR]',
  formatUnknown: '{{out}}：报告只能写成 .pdf、.html、.json、.csv 或 .md。',
  noFolder: '文件夹 {{folder}} 不存在。',
  noSuchRun: '没有名为 {{run}} 的执行：请给出其文件夹，或数据文件夹中的执行编号。',
  unreadable: '审计日志不可信，不生成报告。{{cause}}',
  'electron-missing': 'PDF 由 Electron 打印，但没有找到 Electron（可用 COUNTERSIGN_ELECTRON 指定）。{{cause}}',
  'display-missing':
    'Electron 打印需要显示服务，但无法启动。请安装 Xvfb（apt-get install xvfb），或改写为 .html。{{cause}}',
  'print-failed': 'Electron 未能打印报告。{{cause}}',
};

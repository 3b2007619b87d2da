import type { afterwards as english } from '../../en/report/afterwards.ts';

/** Chinese sentences of the report: problem analysis, results from paper, notes and corrections. */
export const afterwards: Record<keyof typeof english, string> = {
  analysis: '问题分析',
  analysisWhat: '发生了什么',
  analysisCause: '原因',
  analysisFix: '修复措施',
  analysisConfirmed: '确认人',
  analysisFiled: '提交人',
  analysisMissing: '本次发布已回滚；生成本报告时尚无人提交问题分析。',
  analysisEarlier_one: '此前提交的分析（保持原样）：',
  analysisEarlier_other: '此前提交的分析（保持原样）：',
  paperWord: '据纸面补录',
  paperDone: '{{by}} 于 {{at}} 按纸面检查单完成。',
  paperChecked: '检查：{{by}}。',
  paperNotChecked: '检查者一栏无人签名。',
  paperEntered: '由 {{by}} 于 {{at}} 录入。',
  x_paper: '据纸面补录：{{verdict}}。',
  notesTitle: '备注与更正',
  notesExplained: '由所列人员事后添加。没有任何内容被覆盖：被更正之处仍按原记录载于本报告。',
  noteOf: '对象',
  wholeRun: '整个执行',
  noteWord: '备注',
  correctionWord: '更正',
  correctsRecord: '更正记录 {{seq}}（{{type}}，{{at}}，{{by}}）。',
};

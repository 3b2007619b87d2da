import type { steps as english } from '../en/steps.ts';

/** Chinese sentences: what a step does and what counts as done. */
export const steps: Record<keyof typeof english, string> = {
  manual: '由人完成并确认。',
  'evidence-required': '需提交：{{label}}（{{type}}）{{options}}',
  'evidence-optional': '可提交：{{label}}（{{type}}）{{options}}',
  'evidence-text': '文本',
  'evidence-number': '数字',
  'evidence-link': '链接',
  'evidence-choice': '选项',
  'evidence-file': '文件',
  run: '执行：{{command}}',
  'run-as': '以 {{account}} 执行：{{command}}',
  'as-account': '以 {{account}} 的身份。',
  'exit-any': '结束即完成，不论退出码。',
  exit: '退出码为 {{codes}} 即完成。',
  expects: '且 {{stream}}：{{expected}}。',
  within: '限时 {{time}}。',
  'wait-for': '等待 {{time}}。',
  'wait-until': '每 {{every}} 查看一次，最长 {{within}}，直到通过：{{command}}',
  'wait-settled': '每 {{every}} 查看一次，最长 {{within}}，直到输出保持 {{time}} 不变：{{command}}',
  approval: '需要 {{role}} 中 {{count}} 人批准，各自说明理由',
};

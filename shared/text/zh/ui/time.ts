import type { time as english } from '../../en/ui/time.ts';

/** Chinese sentences of the screens: the plan, the forecast, and the latest moment to back out. */
export const time: Record<keyof typeof english, string> = {
  time: '时间',
  'time-plan': '计划',
  'time-actual': '实际',
  'time-planned': '计划用时',
  'time-forecast': '预计结束',
  'time-unplanned_one': '有 {{count}} 个后续步骤没有计划用时，未计入预计。',
  'time-unplanned_other': '有 {{count}} 个后续步骤没有计划用时，未计入预计。',
  'mark-start': '窗口开始',
  'mark-warn': '预警',
  'mark-back-out-by': '须恢复于',
  'mark-end': '窗口结束',
  'back-out-now': '现在回退，恢复于',
  'back-out-latest': '最晚回退',
  'back-out-warn': '回退时间还剩 {{span}}',
  'back-out-alarm': '要回退就是现在：还剩 {{span}}',
  'back-out-past': '已来不及在 {{by}} 前恢复',
  'back-out-forward': '不可回退',
  'back-out-forward-what': '向前修复',
  'back-out-uncertain': '部分步骤没有已知用时：实际会更久。',
  'back-at': '恢复于',
};

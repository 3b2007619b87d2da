import type { demo as english } from '../en/demo.ts';

/** Chinese sentences: demo. */
export const demo: Record<keyof typeof english, string> = {
  toolsMissing: '演示发布需要 `sh` 和 `perl`（Debian 与 macOS 自带，Windows 上随 Git 安装）：{{cause}}',

  opening: '正在打开演示：本机上的两台 SSH 主机（各有一个小服务）和一个数据库……',
  printing: '正在打印报告……',
  runFolder: '执行：{{folder}}',
  reportFile: '报告：{{file}}',
};

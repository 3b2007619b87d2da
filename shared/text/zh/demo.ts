import type { demo as english } from '../en/demo.ts';

/** Chinese sentences: demo. */
export const demo: Record<keyof typeof english, string> = {
  toolsMissing: '演示发布需要 `sh` 和 `perl`（Debian 与 macOS 自带，Windows 上随 Git 安装）：{{cause}}',

  opening: '正在打开演示：本机上的两台 SSH 主机（各有一个小服务）和一个数据库……',
  printing: '正在打印报告……',
  runFolder: '执行：{{folder}}',
  reportFile: '报告：{{file}}',

  secondWindow: `
这第二个窗口扮演检查者（数据文件夹：{{folder}}）。
  1. 在第一个窗口（npm start）中：$t(ui:demo-open)，选择“$t(ui:demo-with-checker)”，开始执行。
  2. 仍在那里：$t(people:invite-open)，复制邀请。
  3. 在这里：$t(people:join-open)，粘贴邀请。
  4. 回到那里：核对指纹，接纳检查者。
`,
};

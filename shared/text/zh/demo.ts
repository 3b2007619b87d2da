import type { demo as english } from '../en/demo.ts';

/** Chinese sentences: demo. */
export const demo: Record<keyof typeof english, string> = {
  toolsMissing: '演示发布需要 `sh` 和 `perl`（Debian 与 macOS 自带，Windows 上随 Git 安装）：{{cause}}',
};

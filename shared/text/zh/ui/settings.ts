import type { settings as english } from '../../en/ui/settings.ts';

/** Chinese sentences of the screens: the settings. */
export const settings: Record<keyof typeof english, string> = {
  settings: '设置',
  language: '语言',
  'language-system': '跟随系统',
  'language-en': 'English',
  'language-zh': '简体中文',
  theme: '外观',
  'theme-system': '跟随系统',
  'theme-light': '浅色',
  'theme-dark': '深色',
  'your-name': '您的姓名',
  'your-name-why': '您的每个操作都会以此姓名记入审计日志；留空则使用登录名。',
  'about-version': '版本',
  'about-data': '执行记录保存在',
};

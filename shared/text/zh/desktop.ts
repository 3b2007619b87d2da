import type { desktop as english } from '../en/desktop.ts';

/** Chinese sentences: native windows, dialogs and menus that the main process shows by itself. */
export const desktop: Record<keyof typeof english, string> = {
  'app-name': 'Countersign',
  'leave-title': '有执行正在进行',
  'leave-question': '“{{title}}”（{{environment}}）尚未完成，确定离开吗？',
  'leave-detail': '本次执行并未结束。到目前为止的记录都已写入磁盘，您随时可以从首页继续。',
  'leave-detail-running':
    '以下目标上仍有命令在运行：{{targets}}。现在离开，Countersign 将无法得知其结果，相关尝试会变为“未知”：命令可能已经生效。',
  'leave-yes': '离开“{{title}}”',
  'leave-no': '留下',
  'open-checklist': '打开检查单',
  'checklist-files': '检查单（YAML）',
  'pick-evidence': '选择要留作证据的文件',
  'import-run': '导入执行',
  'save-as': '另存为',
  'menu-edit': '编辑',
  'menu-view': '查看',
  'menu-undo': '撤销',
  'menu-redo': '重做',
  'menu-cut': '剪切',
  'menu-copy': '复制',
  'menu-paste': '粘贴',
  'menu-select-all': '全选',
  'menu-actual-size': '实际大小',
  'menu-zoom-in': '放大',
  'menu-zoom-out': '缩小',
  'menu-full-screen': '全屏',
  'menu-quit': '退出',
  'baseline-heading': '已知异常：日志观察会计数并放行。',
  'baseline-edit': '请写明每一条为何无害；可用 match（RE2）代替 fingerprint。',
  'baseline-why': '见于 {{environment}}（{{title}}，{{run}}）；尚未说明原因。',
};

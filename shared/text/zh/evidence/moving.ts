import type { moving as english } from '../../en/evidence/moving.ts';

/** Chinese sentences of what is left the day after: export, import, archiving and removing. */
export const moving: Record<keyof typeof english, string> = {
  'moving-export': '正在导出…',
  'moving-import': '正在导入并校验…',
  'moving-archive': '正在归档…',
  'moving-remove': '正在移除…',
  'moving-stopping': '正在停止…',
  'moving-stop': '停止',
  'moving-stopped': '已停止。没有写入，也没有导入任何内容。',
  'moving-percent': '{{percent}}%',
  'export-run': '导出…',
  'export-failed': '执行未能导出',
  exported: '已写入 {{path}}。',
  'export-left-out': '以下内容不属于执行，未导出：{{paths}}',
  'export-not-over': '该执行尚未结束：压缩包只包含到目前为止的内容。',
  'import-run': '导入…',
  imported: '已导入',
  'zip-entries': '文件数超过任何执行',
  'zip-bytes': '大小超过任何执行',
  'zip-ratio': '解压后会异常膨胀',
  'zip-encrypted': '已加密',
  'zip-method': '压缩方式无法读取',
  'zip-link': '是链接或其他特殊文件',
  'zip-name-long': '名称过长',
  'zip-name-control': '名称含不可见字符',
  'zip-name-absolute': '是绝对路径',
  'zip-name-outside': '路径指向文件夹之外',
  'zip-name-backslash': '名称含反斜杠',
  'zip-name-windows': 'Windows 上不允许这样的名称',
  'zip-name-twice': '出现了两次',
  'zip-name-case': '与另一名称仅大小写不同',
  'zip-name-nested': '既是文件又是文件夹',
  'zip-manifest': '与 MANIFEST.sha256 不符',
  'zip-archive-changed': '它不是当时写下的归档',
  'zip-no-run': '其中没有执行的审计日志',
  'retire-not-over': '尚未结束',
  'retire-on-screen': '正显示在屏幕上',
  'retire-unreadable': '无法读取',
  'retire-two-histories': '本机部分与副本的历史不一致',
  'retire-other-part': '本机较早的部分“{{name}}”与它的历史不一致',
  'retire-missing': '不在本机',
  'retire-left-out': '其文件夹中的“{{name}}”不会进入归档',
  readme: `Countersign 导出的一次执行。

执行 {{run}}，{{title}}（{{environment}}）。最后一条记录 {{seq}}，末端 {{head}}。

校验只需要 Node（20 或更高版本），在此文件夹中执行：

    node verify.mjs .

它会说明内容是否被改动、是否有缺失、哪些密钥签了什么。算法见 Countersign 的 docs/audit-format.md，您也可以自行编写校验程序。要确认文件与发送时一致：

    sha256sum -c MANIFEST.sha256

journal.jsonl 是审计日志；checklist/、output/、evidence/ 是它所封存的文件；receipts.jsonl 是检查者的签名。report.html 和 report.pdf 由日志生成，仅供阅读；证据是日志本身。

keys/ 是参与者的公钥，每人一个文件，以姓名和指纹命名。日志只能证明某个密钥签过名，不能证明密钥属于谁：请与本人提供的指纹核对。
`,
};

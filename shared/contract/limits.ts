/** Every size and time limit of the app in one place, so that a reviewer sees them together. Bytes and milliseconds. */
export const limits = {
  /** A checklist file larger than this is refused before it is parsed. */
  checklistBytes: 5 * 1024 * 1024,
  /** YAML aliases (`*name`) followed in one file, nested ones counted each time (a "billion laughs" guard). */
  yamlAliases: 100,
  /** Nodes all aliases of one file may expand to together. */
  yamlAliasNodes: 10_000,
  /** Nesting of mappings and lists in a checklist; far below where a recursive reader would run out of stack. */
  yamlDepth: 100,
  /** Problems reported for one checklist; what is beyond is counted. */
  problems: 1_000,
  /** Environments in one checklist. */
  environments: 50,
  /** Steps times hosts of one environment, so that a plan stays a size a journal record can hold. */
  targets: 100_000,
  /** Steps in one checklist, rollback included. */
  steps: 5_000,
  /** Hosts in one environment. */
  hosts: 1_000,
  /** Any single text a person or a file gives us (title, note, reason, evidence). */
  text: 20_000,
  /** One file that a checklist includes (a script, a baseline); larger things are uploaded, not included. */
  includedBytes: 64 * 1024 * 1024,
  /** All files of one checklist together. */
  includedBytesTogether: 256 * 1024 * 1024,
  includedFiles: 2_000,
  /** A command as it is sent. */
  command: 100_000,
  /** A name: step id, host, variable, environment. */
  name: 100,
  /** A step's id as written; `stop~2` and `undo-stop` are made of it. */
  stepId: 80,
  /** One line of the journal. */
  recordBytes: 64 * 1024 * 1024,
  /** How much of each stream an expectation may look at; beyond it the answer is inconclusive. */
  captureBytes: 16 * 1024 * 1024,
  /** How many characters of a result are kept in the journal itself. */
  excerptChars: 2_000,
  /** Connections being opened at the same time (measured best: 8). */
  connecting: 8,
  connectTimeoutMs: 20_000,
  keepaliveMs: 10_000,
  keepaliveMisses: 3,
  /** A command without a `timeout` of its own. */
  commandTimeoutMs: 10 * 60_000,
  /** How long a signal request may take before the signal is sent from a second channel. */
  signalGraceMs: 1_000,
  /** After a signal was sent, how long we wait to see the process end before closing the channel. */
  cancelGraceMs: 5_000,
} as const;

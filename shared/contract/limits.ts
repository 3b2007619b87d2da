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
  /** One frame from somebody who follows a run; the longest is a reason with its statement. */
  mirrorGuestFrame: 128 * 1024,
  /** One frame from the operator's app: a record, escaped once more. */
  mirrorHostFrame: 140 * 1024 * 1024,
  /** Bytes of journal lines in one frame (a single line may be longer), and of a file in one answer. */
  mirrorBatch: 256 * 1024,
  /** Characters of live output in one frame. */
  mirrorOutputChars: 64 * 1024,
  /** Bytes handed to a viewer's socket and not yet taken: beyond it, it waits in the journal instead of in memory. */
  mirrorUnderWay: 1024 * 1024,
  /** Connections that have not said who they are; the oldest makes room. */
  mirrorStrangers: 32,
  mirrorHandshakeMs: 10_000,
  /** Viewers of one run. */
  mirrorViewers: 64,
  /** Open intents of one viewer. */
  mirrorIntents: 16,
  heartbeatMs: 3_000,
  /** Without a sign of life: shown as silent, then as gone. */
  silentMs: 9_000,
  goneMs: 30_000,
  /** A receipt at least this often while the history grows. */
  receiptMs: 60_000,
  /** How long an invitation can be used, once. */
  invitationMs: 10 * 60_000,
  /** An invitation as text. */
  invitation: 4_000,
  /** How long a signal request may take before the signal is sent from a second channel. */
  signalGraceMs: 1_000,
  /** After a signal was sent, how long we wait to see the process end before closing the channel. */
  cancelGraceMs: 5_000,
  /** The longest announced hold. */
  holdMinutes: 24 * 60,
  /** A host whose clock is further off than this is a finding. */
  clockOffMs: 3_000,
  /** How long a host may take to say what time it is; later, its answer could be wrong by more than it is worth. */
  clockAnswerMs: 4_000,
  /** Free bytes that journal and recordings should have. */
  diskFreeBytes: 2 * 1024 * 1024 * 1024,
  /** A battery should hold at least this many percent when the hot phases begin. */
  batteryPercent: 50,
  /** How often the desktop is asked whether notifications are still kept back, and the window whether it is in place. */
  quietPollMs: 2_000,
  lockPollMs: 500,
  /** Any one thing that preflight asks the system for. */
  senseTimeoutMs: 5_000,
  /** A zip that somebody gives us: files in it, and bytes when unpacked. */
  zipEntries: 250_000,
  zipBytes: 64 * 1024 * 1024 * 1024,
  /** It may grow to this by any factor; beyond, by no more than the factor (deflate reaches about 1,030). */
  zipFreeBytes: 256 * 1024 * 1024,
  zipFactor: 200,
  /** How long the glass is held before it breaks. */
  glassHoldMs: 3_000,
  /** What is kept of one run to be searched: any one saying, all of them together, and the file that keeps them. */
  indexSaying: 2_000,
  indexChars: 64 * 1024,
  /** Of them, what is left for the ends of outputs: of any one, and of all together. */
  indexOutput: 1_000,
  indexOutputs: 16 * 1024,
  indexBytes: 1024 * 1024,
  /** How often the runs are looked through for records that are to be sent on; our own process tells of its own at once. */
  feedLookMs: 5_000,
  /** Lines of a journal written by another process count once they have stood this long: a failed append is cut away. */
  feedSettleMs: 2_000,
  /** What a place is given at once; a single record may be longer. And how many records a second when catching up. */
  feedBatchRecords: 200,
  feedBatchBytes: 256 * 1024,
  feedPerSecond: 500,
  /** How long a place may take for one batch, and what of an answer is read. */
  feedTimeoutMs: 20_000,
  feedAnswerBytes: 16 * 1024,
  /** Waits after a failure: from the first, doubled each time up to the longest, each by chance between nothing and that. */
  feedRetryMs: 1_000,
  feedRetryMostMs: 5 * 60_000,
} as const;

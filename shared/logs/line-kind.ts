/** What one line of a log is, seen by itself. Written by log frameworks of Java, Python, Node, .NET and servers. */
export type LineKind =
  /** `\tat com.foo.Bar.baz(Bar.java:12)`, `... 12 more`. */
  | 'frame'
  /** `Caused by: …`, `Suppressed: …`. */
  | 'cause'
  /** A line that is nothing but a throwable: `java.lang.IllegalStateException: pool exhausted`. */
  | 'throwable'
  /** As `throwable`, but its name says nothing: `com.foo.OutOfStock: 12`. Only what stands around it can tell. */
  | 'class'
  /** `Traceback (most recent call last):` */
  | 'traceback'
  /** What Python puts between two tracebacks that belong together. */
  | 'chain'
  /** Says by its level or its words that something went wrong. */
  | 'alarm'
  /** Begins a record of the log that is no alarm. */
  | 'record'
  | 'blank'
  | 'other';

/** How much of a line is looked at; what a log says of itself stands at its beginning. Characters. */
export const LOOKED_AT = 4_000;

const frame = /^[\t ]+(?:at [^\s]|\.{3} \d+ (?:more|common frames|frames|lines)\b|--- End of )/;
const cause = /^[\t ]*(?:Caused by|Suppressed|Wrapped by): ?\S/;
const traceback = /Traceback \(most recent call last\):[\t ]*$/;
const chain =
  /^(?:[\t |]*)(?:During handling of the above exception, another exception occurred:|The above exception was the direct cause of the following exception:)/;
const className = String.raw`(?:[A-Za-z_$][\w$]{0,200}[./]){0,20}[A-Z_$][\w$]{0,200}`;
const throwable =
  /^[\t ]*(?:Uncaught )?(?:Exception in thread "[^"]{0,200}" \S|(?:[A-Za-z_$][\w$]{0,200}\.){0,20}[\w$]{0,200}(?:Exception|Error|Throwable|Fault)(?: \[[\w.-]{1,50}\])?(?::|[\t ]*$))/;
const dottedClass = /^[\t ]*(?:[A-Za-z_$][\w$]{0,200}\.){1,20}[A-Z_$][\w$]{0,200}(?::|[\t ]*$)/;
/** A throwable's class name inside a line; the bare words Exception and Error are ordinary language. */
const named = new RegExp(String.raw`(?:^|[\s:=(\[>"'])(${className}(?:Exception|Error|Throwable))(?=:|\s*$)`);
const bareError = /^(?:Uncaught )?(?:Error|Exception|panic|fatal error|PANIC|FATAL): /;
const level =
  /(?:^|[\s[(<|"=:])(TRACE|DEBUG|FINEST|FINER|FINE|CONFIG|INFO|INFORMATION|NOTICE|WARN|WARNING|ERROR|SEVERE|FATAL|CRITICAL|CRIT|ALERT|EMERG|EMERGENCY|PANIC|信息|警告|错误|严重)(?=$|[\s\])>|":：,\-/])/;
const alarming = new Set([
  'ERROR',
  'SEVERE',
  'FATAL',
  'CRITICAL',
  'CRIT',
  'ALERT',
  'EMERG',
  'EMERGENCY',
  'PANIC',
  '错误',
  '严重',
]);
/** nginx and Apache (`[error]`, `[core:error]`), logfmt (`level=error`), JSON (`"level":"error"`). */
const smallLevel =
  /\[(?:\w{1,40}:)?(?:error|crit|alert|emerg)\]|\blevel=(?:error|fatal|critical|panic)\b|"(?:level|severity|levelname|log\.level)"\s{0,4}:\s{0,4}"(?:error|fatal|critical|panic|alert|emergency)"/;
const recordStart =
  /^(?:\u001b\[[0-9;]*m)?(?:[[({<]?\d{4}[-/.]\d{2}[-/.]\d{2}|\[?\d{1,2}[-/][A-Z][a-z]{2}[-/]\d{4}|\[?\d{2}:\d{2}:\d{2}|[A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:|\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|FATAL|CRITICAL|信息|警告|错误|严重)\b|\{"|\d{1,3}(?:\.\d{1,3}){3} )/;

/**
 * Something every line has that is not `other`, `record` or `blank` by itself; a flood of ordinary lines is searched
 * for this once instead of being looked at line by line.
 */
export const telling =
  /[Ee]xception|Error|ERROR|Throwable|SEVERE|FATAL|CRIT|EMERG|ALERT|PANIC|panic: |fatal error: |严重|错误|Traceback \(|\tat | Fault|[a-z]Fault|:error\]|\[(?:error|crit|alert|emerg)\]|level=(?:error|fatal|critical|panic)|"(?:error|fatal|critical|panic|alert|emergency)"/g;

/** The kind of a line, given without its line end. */
export function lineKind(whole: string): LineKind {
  const line = whole.length > LOOKED_AT ? whole.slice(0, LOOKED_AT) : whole;
  const first = line.charCodeAt(0);
  // Most lines of a stack trace begin with a tab or a space.
  if (first === 9 || first === 32) {
    if (frame.test(line)) return 'frame';
    if (line.trim() === '') return 'blank';
  } else if (line === '') return 'blank';
  if (cause.test(line)) return 'cause';
  if (traceback.test(line)) return 'traceback';
  if (chain.test(line)) return 'chain';
  if (throwable.test(line)) return 'throwable';
  if (isAlarm(line)) return 'alarm';
  if (dottedClass.test(line)) return 'class';
  return recordStart.test(line) ? 'record' : 'other';
}

/** True for a line that begins with a time or a level, as a log framework begins a record. */
export function beginsRecord(line: string): boolean {
  return recordStart.test(line);
}

function isAlarm(line: string): boolean {
  const said = level.exec(line)?.[1];
  if (said !== undefined && alarming.has(said)) return true;
  if (bareError.test(line) || smallLevel.test(line)) return true;
  return named.test(line);
}

/** A throwable's class and message where a line names one, or null. */
export function throwableIn(line: string): { readonly type: string; readonly message: string } | null {
  const found = throwableParts.exec(line.slice(0, LOOKED_AT)) ?? namedParts.exec(line.slice(0, LOOKED_AT));
  if (found === null) return null;
  return { type: found[1] ?? '', message: (found[2] ?? '').trim() };
}

const throwableParts = new RegExp(
  String.raw`^[\t |+-]*(?:(?:Caused by|Suppressed|Wrapped by): ?)?(?:Uncaught )?(?:Exception in thread "[^"]{0,200}" )?(${className}|[a-z][\w.]{0,200}(?:Exception|Error))(?: \[[\w.-]{1,50}\])?(?:: ?(.*))?$`,
);
const namedParts = new RegExp(
  String.raw`(?:^|[\s:=(\[>"'])(${className}(?:Exception|Error|Throwable))(?:: ?(.*)|\s*)$`,
);

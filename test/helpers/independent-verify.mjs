/**
 * A verifier of an exported run, written from docs/audit-format.md alone: chain, session signatures, order of attempts,
 * sealed files, receipts, export list. It imports nothing of Countersign, so that what the document leaves out shows
 * as a disagreement. It says less than the real one: nothing about people's roles and countersignatures.
 * `node independent-verify.mjs FOLDER [RECEIPTS]`
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** RFC 8785 as "A line" tells it. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

const keys = new Map();
/** Signatures that were checked before, in thousands of copies of one run: what was found of the same words holds. */
const checked = new Map();

function holds(publicKey, words, signature) {
  const question = `${publicKey} ${words} ${signature}`;
  const answer = checked.get(question) ?? isSignature(publicKey, words, signature);
  checked.set(question, answer);
  return answer;
}

function isSignature(publicKey, words, signature) {
  const raw = Buffer.from(publicKey, 'base64');
  const sig = Buffer.from(signature, 'base64');
  if (raw.length !== 32 || raw.toString('base64') !== publicKey) return false;
  if (sig.length !== 64 || sig.toString('base64') !== signature) return false;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') };
  if (!keys.has(publicKey)) keys.set(publicKey, createPublicKey({ key: jwk, format: 'jwk' }));
  return verify(null, Buffer.from(words, 'ascii'), keys.get(publicKey), sig);
}

const isText = (value) => typeof value === 'string';
const members = 'actor at data hash mono prev seq sig type'.split(' ');

/** Steps 1 to 4; gives the record or throws what is wrong with the line. */
function parseLine(bytes, seq, prev) {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  const record = JSON.parse(text);
  if (canonical(record) !== text) throw new Error('not canonical');
  if (Object.keys(record).some((key) => !members.includes(key))) throw new Error('a member too many');
  const { hash, sig, ...hashed } = record;
  if (!['operator', 'checker', 'observer', 'app'].includes(record.actor?.kind)) throw new Error('no actor');
  if (!isText(record.type) || (sig !== undefined && !isText(sig))) throw new Error('not a record');
  if (sha256(canonical(hashed)) !== hash) throw new Error('wrong hash');
  if (record.seq !== seq) throw new Error('wrong sequence');
  if (record.prev !== prev) throw new Error('broken link');
  return record;
}

/** Step 5. */
class Signatures {
  key = null;
  waiting = [];

  see({ actor, type, hash, sig, data }) {
    const needed = actor.kind !== 'app' || type === 'checkpoint' || type === 'run-ended';
    if (needed !== (sig !== undefined)) throw new Error('a signature is missing, or too many');
    if (needed && this.key === null) this.waiting.push([hash, sig]);
    else if (needed && !holds(this.key, hash, sig)) throw new Error('wrong signature');
    if (type === 'session-closed') this.key = null;
    if (type !== 'session-opened') return;
    this.key = data.publicKey;
    if (!this.waiting.every((one) => holds(this.key, ...one))) throw new Error('wrong signature before its session');
    this.waiting = [];
  }
}

/** Steps 6 and 7; `open` maps attempts under way to the recordings they announced. */
class Order {
  open = new Map();
  announced = new Set();
  sealed = new Set();
  last = 0;

  constructor(folder) {
    this.folder = folder;
  }

  see({ type, data, seq }) {
    if ((type === 'run-created') !== (seq === 0)) throw new Error('not the one beginning');
    if (type === 'attempt-started' || type === 'paper-recorded') {
      const number = Number(data.attempt.slice(1));
      if (!(number > this.last)) throw new Error('attempt repeated');
      this.last = number;
      if (type === 'attempt-started') this.open.set(data.attempt, data.recording);
      if (type === 'attempt-started' && data.recording !== null) this.announced.add(data.recording);
    }
    if (type === 'run-created' && sha256(canonical(data.files)) !== data.contentHash) throw new Error('content hash');
    if (type === 'run-created') for (const file of data.files) this.seal(file);
    if (type === 'journal-repaired') this.seal(data.cut);
    if (type !== 'attempt-ended') return;
    if (!this.open.has(data.attempt)) throw new Error('attempt not under way');
    if (data.recording !== null && data.recording.path !== this.open.get(data.attempt)) throw new Error('elsewhere');
    this.open.delete(data.attempt);
    if (data.recording !== null) this.seal(data.recording);
    for (const value of Object.values(data.evidence)) if (typeof value === 'object') this.seal(value);
  }

  seal({ path, bytes, sha256: sealed }) {
    if (!/^((checklist|output|evidence)\/|torn-\d+\.bin$)/.test(path)) throw new Error('outside');
    if (this.sealed.has(path)) throw new Error('sealed twice');
    this.sealed.add(path);
    checkFile(this.folder, path, bytes, sealed);
  }
}

/** A pipe would hold us up for ever: looked at before it is opened. */
function readRegular(path) {
  if (!statSync(path).isFile()) throw new Error(`${path} is no regular file`);
  return readFileSync(path);
}

function checkFile(folder, path, bytes, sealed) {
  const place = join(folder, path);
  if (relative(realpathSync(folder), realpathSync(place)) !== path) throw new Error(`${path} leads elsewhere`);
  const content = readRegular(place);
  if (content.length !== bytes || sha256(content) !== sealed) throw new Error(`${path} was changed`);
}

function filesBelow(folder, name) {
  if (!existsSync(join(folder, name))) return [];
  if (!statSync(join(folder, name)).isDirectory()) throw new Error(`${name} is no folder`);
  return readdirSync(join(folder, name), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(folder, `${name}/${entry.name}`) : [`${name}/${entry.name}`],
  );
}

/** Step 10, one file of receipts; gives whether one of them is for a record beyond the end. */
function checkReceipts(path, runId, hashes, names, given) {
  let cut = false;
  let good = 0;
  const lines = readRegular(path).toString('latin1').split('\n');
  const tail = lines.pop();
  const text = (line) => new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(line, 'latin1'));
  const torn = tail === '' || (beginsLike(tail, '{"at":') && objectEnds(tail) === 'never');
  for (const line of (torn ? lines : [...lines, tail]).map(text)) {
    const receipt = JSON.parse(line);
    const { format, at, hash, name, publicKey, seq, signature } = receipt;
    const exactly = { at, format, hash, name, publicKey, runId: receipt.runId, seq, signature };
    if (canonical(exactly) !== line || format !== 'countersign-receipt-1') throw new Error('not a receipt');
    if (receipt.runId !== runId) throw new Error('a receipt of another run');
    if (!holds(publicKey, sha256(canonical({ format, runId, seq, hash, at })), signature)) throw new Error('forged');
    if (names.get(publicKey)?.includes(name) === false) throw new Error('another name');
    if (seq < hashes.length && hashes[seq] !== hash) throw new Error(`rewritten at or before ${seq}`);
    cut ||= seq >= hashes.length;
    good += 1;
  }
  if (given && good === 0) throw new Error('no receipt in it');
  return cut;
}

const beginsLike = (tail, begins) => tail.startsWith(begins) || begins.startsWith(tail);

/** The export list; gives whether it was made when the run was longer. */
function checkExport(folder, runId, hashes) {
  const text = readRegular(join(folder, 'export.json')).toString('utf8');
  const list = JSON.parse(text);
  const { format, seq, hash, at, files, signer } = list;
  const exactly = { at, files: files.map(({ bytes, path, sha256: seal }) => ({ bytes, path, sha256: seal })), format };
  const by = signer && { name: signer.name, publicKey: signer.publicKey, signature: signer.signature };
  const asWritten = `${canonical({ ...exactly, hash, runId: list.runId, seq, signer: by })}\n`;
  if (asWritten !== text || format !== 'countersign-export-1') throw new Error('not an export list');
  if (list.runId !== runId || (seq < hashes.length && hashes[seq] !== hash)) throw new Error('of another history');
  for (const file of files) checkFile(folder, file.path, file.bytes, file.sha256);
  const cut = seq >= hashes.length;
  if (signer === null) return cut;
  const statement = { format, runId, seq, hash, at, files, name: signer.name, publicKey: signer.publicKey };
  if (!holds(signer.publicKey, sha256(canonical(statement)), signer.signature)) throw new Error('list forged');
  return cut;
}

/** Where the object ends that these bytes begin with: 'never', 'at-end' of them, or 'before-end'. */
function objectEnds(tail) {
  // Whole texts away; what stands behind a quotation mark that is left is inside a text that was never finished.
  const [outside, ...inside] = tail.replace(/"(?:[^"\\]|\\.)*"/gs, '').split('"');
  let depth = 0;
  for (const [at, letter] of [...outside].entries()) {
    if ('{['.includes(letter)) depth += 1;
    if ('}]'.includes(letter)) depth -= 1;
    if (at > 0 && depth === 0) return inside.length === 0 && at === outside.length - 1 ? 'at-end' : 'before-end';
  }
  return 'never';
}

/** Step 12: can the bytes behind the last newline be what a crash left? */
const isTorn = (tail) => beginsLike(tail, '{"actor":') && objectEnds(tail) !== 'before-end';

/** `{ integrity: 'intact' | 'altered', complete, why }` of the run in `folder`; `given`: receipts that were brought. */
export function independentVerify(folder, given = null) {
  const hashes = [];
  const names = new Map();
  const asked = new Map();
  const order = new Order(folder);
  const signatures = new Signatures();
  let complete = true;
  let ended = false;
  let last = null;
  let runId = null;
  let sessionKey = null;
  try {
    const journal = readRegular(join(folder, 'journal.jsonl'));
    let from = 0;
    for (let end = journal.indexOf(10); end !== -1; end = journal.indexOf(10, from)) {
      const record = parseLine(journal.subarray(from, end), hashes.length, hashes.at(-1) ?? '0'.repeat(64));
      from = end + 1;
      hashes.push(record.hash);
      signatures.see(record);
      order.see(record);
      const { type, data } = record;
      if (type === 'session-opened') sessionKey = data.publicKey;
      if (type === 'session-identified') {
        const { session, name, contact, publicKey, signature } = data;
        const vouching = { format: 'countersign-session-1', runId, session, sessionKey, name, contact, publicKey };
        if (!holds(publicKey, sha256(canonical(vouching)), signature)) throw new Error('a session nobody vouched for');
      }
      if (type === 'run-created') runId = data.runId;
      if (type === 'participant-asked') asked.set(data.participant, data);
      if (type === 'participant-admitted' && data.role === 'checker') {
        const { publicKey, name } = asked.get(data.participant);
        names.set(publicKey, [...(names.get(publicKey) ?? []), name]);
      }
      ended ||= type === 'run-ended';
      last = type;
    }
    if (signatures.waiting.length > 0) throw new Error('no session for a signature');
    const tail = journal.subarray(from).toString('latin1');
    if (tail !== '' && !isTorn(tail)) throw new Error('altered behind the last line');
    filesBelow(folder, 'evidence');
    for (const path of [...filesBelow(folder, 'checklist'), ...filesBelow(folder, 'output')]) {
      if (order.sealed.has(path)) continue;
      if (!order.announced.has(path)) throw new Error(`no record tells of ${path}`);
      complete = false;
    }
    complete &&= tail === '' && ended && last === 'session-closed' && order.open.size === 0;
    const own = join(folder, 'receipts.jsonl');
    if (existsSync(own) && checkReceipts(own, runId, hashes, names, false)) complete = false;
    if (given !== null && checkReceipts(given, runId, hashes, names, true)) complete = false;
    if (existsSync(join(folder, 'export.json')) && checkExport(folder, runId, hashes)) complete = false;
    return { integrity: 'intact', complete, why: null };
  } catch (error) {
    return { integrity: 'altered', complete: false, why: error.message };
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , folder, receipts] = process.argv;
  const found = independentVerify(folder, receipts);
  console.log(JSON.stringify(found));
  process.exitCode = found.integrity === 'altered' ? 2 : found.complete ? 0 : 3;
}

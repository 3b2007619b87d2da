import { constants, type Stats } from 'node:fs';
import {
  chmod,
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  truncate,
  utimes,
} from 'node:fs/promises';
import { resolve } from 'node:path';
import ssh2, { type Attributes, type FileEntry, type SFTPWrapper } from 'ssh2';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;

/** More than this is not read at once, whatever was asked for: an answer must fit into one packet of 256 KB. */
const mostRead = 200 * 1024;
/** Entries of a folder that one answer carries. */
const mostEntries = 100;

type Handle =
  | { readonly type: 'file'; readonly file: FileHandle }
  | { readonly type: 'folder'; readonly entries: FileEntry[] };

/** What a request is refused with when no error of the file system says why. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The SFTP subsystem of a demo host, version 3 (draft-ietf-secsh-filexfer-02), without links: files as the account
 * that runs the demo may see and change them; a relative path begins at `folder`. ssh2 announces no extensions, so
 * nobody asks for any. Ends its open files with the session.
 */
export function serveSftp(sftp: SFTPWrapper, folder: string): void {
  const desk = deskOf(sftp, folder);
  serveFiles(desk);
  serveAttributes(desk);
  serveNames(desk);
  const { handles, release } = desk;
  const end = (): void => {
    for (const handle of handles.values()) void release(handle).catch(() => {});
    handles.clear();
  };
  sftp.on('end', () => {
    end();
    sftp.end();
  });
  sftp.on('close', end);
  // A client that sends what is no SFTP loses its session, nothing else.
  sftp.on('error', () => sftp.end());
}

/** What the requests of one session share. */
interface Desk {
  readonly sftp: SFTPWrapper;
  readonly handles: Map<number, Handle>;
  path(written: string): string;
  keep(handle: Handle): Buffer;
  /** @throws Refusal where there is none of that name. */
  find(name: Buffer): Handle;
  fileOf(name: Buffer): FileHandle;
  release(handle: Handle): Promise<void>;
  /** Answers with what `work` sends, or with the status that its error stands for. */
  answer(request: number, work: () => Promise<void>): void;
  /** Answers that it is done. */
  done(request: number, work: () => Promise<unknown>): void;
}

function deskOf(sftp: SFTPWrapper, folder: string): Desk {
  const handles = new Map<number, Handle>();
  let opened = 0;
  const path = (written: string): string => resolve(folder, localPath(written));
  const keep = (handle: Handle): Buffer => {
    opened += 1;
    handles.set(opened, handle);
    const name = Buffer.alloc(4);
    name.writeUInt32BE(opened);
    return name;
  };
  const find = (name: Buffer): Handle => {
    const handle = name.length === 4 ? handles.get(name.readUInt32BE()) : undefined;
    if (handle === undefined) throw new Refusal(STATUS_CODE.FAILURE, 'no such handle');
    return handle;
  };
  const fileOf = (name: Buffer): FileHandle => {
    const handle = find(name);
    if (handle.type !== 'file') throw new Refusal(STATUS_CODE.FAILURE, 'not a file');
    return handle.file;
  };
  const release = (handle: Handle): Promise<void> => (handle.type === 'file' ? handle.file.close() : Promise.resolve());
  const answer = (request: number, work: () => Promise<void>): void => {
    work().catch((error: unknown) => sftp.status(request, statusOf(error), messageOf(error)));
  };
  const done = (request: number, work: () => Promise<unknown>): void =>
    answer(request, async () => {
      await work();
      sftp.status(request, STATUS_CODE.OK);
    });
  return { sftp, handles, path, keep, find, fileOf, release, answer, done };
}

/** Open files: by handle, at any place in them. */
function serveFiles({ sftp, path, handles, keep, find, fileOf, release, answer, done }: Desk): void {
  sftp.on('OPEN', (request, name, flags, attributes) =>
    answer(request, async () => {
      const file = await open(path(name), openFlags(flags), (attributes.mode ?? 0o666) & 0o7777);
      sftp.handle(request, keep({ type: 'file', file }));
    }),
  );
  sftp.on('READ', (request, name, offset, length) =>
    answer(request, async () => {
      const wanted = Math.min(length, mostRead);
      const { bytesRead, buffer } = await fileOf(name).read(Buffer.alloc(wanted), 0, wanted, offset);
      if (bytesRead === 0) sftp.status(request, STATUS_CODE.EOF);
      else sftp.data(request, buffer.subarray(0, bytesRead));
    }),
  );
  sftp.on('WRITE', (request, name, offset, data) => done(request, () => writeAll(fileOf(name), data, offset)));
  sftp.on('CLOSE', (request, name) =>
    done(request, async () => {
      const handle = find(name);
      handles.delete(name.readUInt32BE());
      await release(handle);
    }),
  );
}

/** What files are, and how that is changed. */
function serveAttributes({ sftp, path, fileOf, answer, done }: Desk): void {
  sftp.on('STAT', (request, name) =>
    answer(request, async () => sftp.attrs(request, attributesOf(await stat(path(name))))),
  );
  sftp.on('LSTAT', (request, name) =>
    answer(request, async () => sftp.attrs(request, attributesOf(await lstat(path(name))))),
  );
  sftp.on('FSTAT', (request, name) =>
    answer(request, async () => sftp.attrs(request, attributesOf(await fileOf(name).stat()))),
  );
  sftp.on('SETSTAT', (request, name, attributes) => done(request, () => change(path(name), attributes)));
  sftp.on('FSETSTAT', (request, name, attributes) => done(request, () => changeOpen(fileOf(name), attributes)));
}

/** Folders and names. */
function serveNames({ sftp, path, keep, find, answer, done }: Desk): void {
  sftp.on('OPENDIR', (request, name) =>
    answer(request, async () => {
      sftp.handle(request, keep({ type: 'folder', entries: await entriesOf(path(name)) }));
    }),
  );
  sftp.on('READDIR', (request, name) =>
    answer(request, async () => {
      const handle = find(name);
      const next = handle.type === 'folder' ? handle.entries.splice(0, mostEntries) : [];
      if (next.length === 0) sftp.status(request, STATUS_CODE.EOF);
      else sftp.name(request, next);
    }),
  );
  sftp.on('REALPATH', (request, name) =>
    answer(request, async () => {
      const real = hostPath(await realpath(path(name)).catch(() => path(name)));
      sftp.name(request, [{ filename: real, longname: real, attrs: {} as Attributes }]);
    }),
  );
  sftp.on('REMOVE', (request, name) =>
    done(request, async () => {
      if ((await lstat(path(name))).isDirectory()) throw new Refusal(STATUS_CODE.FAILURE, 'is a folder');
      await rm(path(name));
    }),
  );
  sftp.on('MKDIR', (request, name, { mode }) => done(request, () => mkdir(path(name), (mode ?? 0o777) & 0o7777)));
  sftp.on('RMDIR', (request, name) => done(request, () => rmdir(path(name))));
  sftp.on('RENAME', (request, from, to) =>
    done(request, async () => {
      // Version 3 renames onto nothing that is there.
      if (await exists(path(to))) throw new Refusal(STATUS_CODE.FAILURE, 'the new name is taken');
      await rename(path(from), path(to));
    }),
  );
}

/** A path of this computer as the hosts' shell writes it: on Windows `C:\a` is `/c/a`, elsewhere nothing changes. */
export function hostPath(path: string): string {
  if (process.platform !== 'win32') return path;
  return path.replaceAll('\\', '/').replace(/^([A-Za-z]):/, (_, drive: string) => `/${drive.toLowerCase()}`);
}

function localPath(path: string): string {
  return process.platform === 'win32' ? path.replace(/^\/([A-Za-z])(?=\/|$)/, '$1:') : path;
}

/** The protocol's flags (section 6.3) as the file system's. */
function openFlags(flags: number): number {
  const both = OPEN_MODE.READ | OPEN_MODE.WRITE;
  const access =
    (flags & both) === both
      ? constants.O_RDWR
      : (flags & OPEN_MODE.WRITE) !== 0
        ? constants.O_WRONLY
        : constants.O_RDONLY;
  const more = [
    [OPEN_MODE.APPEND, constants.O_APPEND],
    [OPEN_MODE.CREAT, constants.O_CREAT],
    [OPEN_MODE.TRUNC, constants.O_TRUNC],
    [OPEN_MODE.EXCL, constants.O_EXCL],
  ] as const;
  return more.reduce((sum, [asked, flag]) => ((flags & asked) === 0 ? sum : sum | flag), access);
}

async function writeAll(file: FileHandle, data: Buffer, offset: number): Promise<void> {
  for (let written = 0; written < data.length; ) {
    const { bytesWritten } = await file.write(data, written, data.length - written, offset + written);
    written += bytesWritten;
  }
}

function attributesOf(stats: Stats): Attributes {
  const { mode, uid, gid, size } = stats;
  return { mode, uid, gid, size, atime: Math.floor(stats.atimeMs / 1000), mtime: Math.floor(stats.mtimeMs / 1000) };
}

/** What a client wants changed; what it leaves out is undefined. Owners stay: a demo host has one account. */
type Wanted = Partial<Attributes>;

async function change(path: string, { mode, size, atime, mtime }: Wanted): Promise<void> {
  if (size !== undefined) await truncate(path, size);
  if (mode !== undefined) await chmod(path, mode & 0o7777);
  if (atime !== undefined && mtime !== undefined) await utimes(path, atime, mtime);
}

async function changeOpen(file: FileHandle, { mode, size, atime, mtime }: Wanted): Promise<void> {
  if (size !== undefined) await file.truncate(size);
  if (mode !== undefined) await file.chmod(mode & 0o7777);
  if (atime !== undefined && mtime !== undefined) await file.utimes(atime, mtime);
}

async function entriesOf(folder: string): Promise<FileEntry[]> {
  const entries: FileEntry[] = [];
  for (const filename of ['.', '..', ...(await readdir(folder))]) {
    // A file that went away since the folder was read is no longer an entry.
    const stats = await lstat(resolve(folder, filename)).catch(() => null);
    if (stats === null) continue;
    entries.push({ filename, longname: longName(filename, stats), attrs: attributesOf(stats) });
  }
  return entries;
}

/** A line as of `ls -l` (section 7 recommends its form), which some clients show as it is. */
function longName(name: string, stats: Stats): string {
  const kind = stats.isDirectory() ? 'd' : stats.isSymbolicLink() ? 'l' : '-';
  const bits = [...'rwxrwxrwx'].map((letter, index) => ((stats.mode & (0o400 >> index)) === 0 ? '-' : letter));
  const when = stats.mtime.toISOString().slice(0, 10);
  return `${kind}${bits.join('')} ${stats.nlink} ${stats.uid} ${stats.gid} ${stats.size} ${when} ${name}`;
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

/** The status (section 7) that an error stands for. */
function statusOf(error: unknown): number {
  if (error instanceof Refusal) return error.status;
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return STATUS_CODE.NO_SUCH_FILE;
    case 'EACCES':
    case 'EPERM':
      return STATUS_CODE.PERMISSION_DENIED;
    default:
      return STATUS_CODE.FAILURE;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

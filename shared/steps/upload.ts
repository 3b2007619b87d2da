import { z } from 'zod';
import { filledText, shape } from '../checklist/parts.ts';
import { shellQuote } from '../checklist/quote.ts';
import type { UploadAction } from './actions/upload.ts';
import type { CommandAction } from './actions.ts';
import { isSha256, sha256Text } from './artifact.ts';
import type { ResolveContext, StepKindDoor } from './kind.ts';
import { hashScript } from './upload-script.ts';

const path = filledText.max(4_096, 'text-too-long');
const sudo = z.union([z.boolean(), filledText]).optional().meta({
  description: 'true to become root, or the account to become.',
});
const put = shape({
  from: path.meta({ description: 'The file, relative to the checklist.' }),
  to: path.meta({ description: 'The whole path on the host, file name included.' }),
  sha256: sha256Text.optional().meta({ description: 'Needed where no artifact step proves the file.' }),
  'keep-old': z
    .union([z.boolean(), filledText])
    .optional()
    .meta({ asWritten: false, description: 'true keeps what is replaced as <to>.old; or the path to keep it as.' }),
  mode: filledText.optional().meta({ description: 'Permissions such as 0644; those of the replaced file otherwise.' }),
  sudo,
});
const restore = shape({
  restore: path.meta({ description: 'What an upload of this run replaced comes back here.' }),
  kept: path.optional().meta({ description: 'Where it was kept; <restore>.old when left out.' }),
  sudo,
});
const schema = z
  .union([put, restore])
  .meta({ description: 'Put a file onto each host: sent beside its place, proved by hash, moved in at once.' });

/** `upload:` a proved file onto each host; `upload: { restore: … }` puts back what it replaced. */
export const upload: StepKindDoor<'upload', typeof schema> = {
  schema,
  defaultEffect: 'write',
  canWrite: true,
  // Its own probe decides: the hash of what stands at the target.
  verifiable: false,
  needsHosts: () => true,
  probes: () => [],
  includes: () => [],
  probe: (action) => probeOf(action),
  resolve(source, context) {
    const account = source.sudo ?? false;
    const sudoAs = typeof account === 'string' ? context.text(account, ['sudo']) : account ? 'root' : null;
    if ('restore' in source) {
      const to = targetPath(context, source.restore, 'restore');
      const kept = source.kept === undefined ? `${to}.old` : targetPath(context, source.kept, 'kept');
      return { kind: 'upload', what: { type: 'restore' }, to, kept, sudo: sudoAs };
    }
    const to = targetPath(context, source.to, 'to');
    const keep = source['keep-old'] ?? false;
    const kept = typeof keep === 'string' ? targetPath(context, keep, 'keep-old') : keep ? `${to}.old` : null;
    if (kept === to) context.report(['keep-old'], 'upload-keeps-itself', { path: to });
    return { kind: 'upload', what: putOf(source, context), to, kept, sudo: sudoAs };
  },
  describe(action, words) {
    if (action.what.type === 'restore') {
      return [words('upload-restore', { to: action.to, kept: action.kept ?? '' }), ...sudoLine(action, words)];
    }
    return [
      words('upload', { from: action.what.from, to: action.to }),
      action.kept === null ? words('upload-keeps-nothing') : words('upload-keeps', { kept: action.kept }),
      ...(action.what.sha256 === null
        ? [words('upload-as-proved')]
        : [words('artifact-sha256', { sha256: action.what.sha256 })]),
      ...sudoLine(action, words),
    ];
  },
};

function sudoLine(action: UploadAction, words: (key: string, params?: Record<string, unknown>) => string) {
  return action.sudo === null ? [] : [words('as-account', { account: action.sudo })];
}

function putOf(source: z.output<typeof put>, context: ResolveContext): Extract<UploadAction['what'], { type: 'put' }> {
  const from = context.text(source.from, ['from']);
  const written = source.sha256 === undefined ? null : context.text(source.sha256, ['sha256']).toLowerCase();
  if (written !== null && !isSha256(written)) context.report(['sha256'], 'sha256-invalid');
  const mode = source.mode === undefined ? null : context.text(source.mode, ['mode']);
  if (mode !== null && !/^[0-7]{3,4}$/.test(mode)) context.report(['mode'], 'mode-invalid', { value: mode });
  const proofs = context.earlier.flatMap(({ action }) =>
    action.kind === 'artifact' && action.file === from ? [action.sha256] : [],
  );
  if (written === null && proofs.length === 0) context.report(['from'], 'upload-unproved', { file: from });
  const sha256 = written ?? proofs.findLast((proof) => proof !== null) ?? null;
  return {
    type: 'put',
    from,
    sha256: sha256 !== null && isSha256(sha256) ? sha256 : null,
    mode: mode !== null && /^[0-7]{3,4}$/.test(mode) ? mode : null,
  };
}

function targetPath(context: ResolveContext, written: string, key: string): string {
  const path = context.text(written, [key]);
  if (!path.startsWith('/')) context.report([key], 'upload-path-relative', { path });
  else if (path.endsWith('/')) context.report([key], 'upload-path-folder', { path });
  else if (/\/\.\.?(?:\/|$)|\n/.test(path)) context.report([key], 'upload-path-odd', { path });
  return path;
}

/** Whether the target holds the content; for what is put back, whether the kept file has left its place. */
function probeOf(action: UploadAction): CommandAction | null {
  const to = shellQuote(action.to);
  const looking = { kind: 'run', secrets: [], sudo: action.sudo, pty: false, timeoutMs: 600_000 } as const;
  if (action.what.type === 'put') {
    if (action.what.sha256 === null) return null;
    const expect = { exit: [0], stdout: [{ test: 'equals' as const, value: action.what.sha256 }], stderr: [] };
    return { ...looking, secrets: [], command: `${hashScript}\ncs_hash ${to}`, expect };
  }
  const command = `test -f ${to} && ! test -e ${shellQuote(action.kept ?? '')}`;
  return { ...looking, secrets: [], command, expect: { exit: [0], stdout: [], stderr: [] } };
}

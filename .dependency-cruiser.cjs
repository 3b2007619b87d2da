/**
 * The one rule of dependency (docs/decisions.md): imports point at `shared/`; three wings never look into each
 * other's windows; the engine and its neighbours know no Electron.
 */

/** The pure packages that shared/ may use. */
const sharedAllows = ['zod', 'yaml', 'i18next', 're2js', 'markdown-it', 'saxes', 'qrcode-generator'];
const allowed = sharedAllows.join('|');

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'Two files that need each other are one file, or miss a third.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'shared-is-the-ground-floor',
      severity: 'error',
      comment: 'shared/ imports itself and a short allow-list of pure packages.',
      from: { path: '^shared/' },
      to: { pathNot: ['^shared/', `(^|/)node_modules/(${allowed})/`] },
    },
    {
      name: 'electron-never-sees-renderer',
      severity: 'error',
      from: { path: '^electron/' },
      to: { path: '^renderer/' },
    },
    {
      name: 'renderer-never-sees-electron',
      severity: 'error',
      comment: 'The screen asks through window.countersign; it has neither Electron nor Node.',
      from: { path: '^renderer/' },
      to: { path: ['^electron/', '(^|/)node_modules/electron/', '^electron$'] },
    },
    {
      name: 'renderer-has-no-node',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'engine-knows-no-electron',
      severity: 'error',
      comment: 'Paths, clock, secrets and sockets are passed in, so that it runs in plain Node.',
      from: { path: '^electron/(engine|mirror|lockdown|report|cli|demo|feed|verify|evidence)/' },
      to: { path: ['^electron$', '(^|/)node_modules/electron/', '(^|/)node_modules/(electron-log|electron-store)/'] },
    },
    {
      name: 'engine-knows-no-app',
      severity: 'error',
      from: { path: '^electron/(engine|mirror|lockdown|report|cli|demo|feed|verify|evidence)/' },
      to: { path: '^electron/(app|ipc|main\\.ts|preload\\.ts)' },
    },
    {
      name: 'app-imports-no-tests',
      severity: 'error',
      from: { path: '^(shared|electron|renderer)/' },
      to: { path: '^(test|build)/' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};

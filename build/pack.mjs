/** `npm run pack`: an unpacked application folder in dist/, with its fuses set and read back. */
import { readFileSync } from 'node:fs';
import { ensureBundle } from './machine/bundle.mjs';
import { wrongFuses } from './machine/fuses.mjs';
import { inRoot } from './machine/paths.mjs';
import { main, run, Stop, say } from './machine/run.mjs';
import { setup } from './setup.mjs';

/** Where electron-builder leaves the executable of a `dir` target. */
function packagedExecutable() {
  const arch = process.arch === 'x64' ? '' : `${process.arch}-`;
  const archMac = process.arch === 'x64' ? '' : `-${process.arch}`;
  if (process.platform === 'darwin') {
    // The fuse wire of macOS lives in the framework.
    const framework = 'Contents/Frameworks/Electron Framework.framework/Electron Framework';
    return inRoot(`dist/mac${archMac}/Countersign.app/${framework}`);
  }
  if (process.platform === 'win32') return inRoot(`dist/win-${arch}unpacked/countersign.exe`);
  return inRoot(`dist/linux-${arch}unpacked/countersign`);
}

await main(async () => {
  const electron = await setup();
  if (electron.kind !== 'official') {
    throw new Stop(
      'Packing is refused: only a development runtime is here, and that is never packaged.\n' +
        'Run this where the official Electron release can be fetched, or set ELECTRON_MIRROR to a mirror of it.',
    );
  }
  await ensureBundle();
  const config = inRoot('build/electron-builder.json');
  const builder = inRoot('node_modules/electron-builder/cli.js');
  const args = [builder, '--dir', '--config', config, `--config.electronDist=${electron.folder}`];
  const code = await run(process.execPath, args);
  if (code !== 0) throw new Stop('electron-builder failed; see above.');
  const executable = packagedExecutable();
  const wrong = wrongFuses(executable, JSON.parse(readFileSync(config, 'utf8')).electronFuses);
  if (wrong.length > 0) throw new Stop(`The packaged app's fuses are not as they must be:\n  ${wrong.join('\n  ')}`);
  say(`Packed, fuses read back as demanded: ${executable}`);
});

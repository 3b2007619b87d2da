import { extname } from 'node:path';
import { app, type BrowserWindow, dialog, type FileFilter, shell } from 'electron';
import type { Translate } from '../../shared/text/translate.ts';
import type { Desktop } from '../ipc/desktop.ts';
import type { Leaving } from './leaving.ts';
import { printHtmlToPdf } from './print-pdf.ts';

/** What dialogs and signals have to know of the lock. */
interface LockedOrNot {
  locked(): boolean;
  behindDialog<T>(dialog: () => Promise<T>): Promise<T>;
}

/** The desktop as Electron gives it; dialogs belong to the window. */
export function createDesktop(window: () => BrowserWindow, say: () => Translate, lock: LockedOrNot): Desktop {
  const choose = async (title: string, filters: FileFilter[]): Promise<string | null> => {
    const { canceled, filePaths } = await lock.behindDialog(() =>
      dialog.showOpenDialog(window(), { title, filters, properties: ['openFile'] }),
    );
    return canceled ? null : (filePaths[0] ?? null);
  };
  return {
    chooseChecklist: () =>
      choose(say()('desktop:open-checklist'), [
        { name: say()('desktop:checklist-files'), extensions: ['yaml', 'yml'] },
      ]),
    chooseEvidence: () => choose(say()('desktop:pick-evidence'), []),
    chooseRunZip: () => choose(say()('desktop:import-run'), [{ name: 'ZIP', extensions: ['zip'] }]),
    chooseReportPlace: async (name) => {
      const extension = extname(name).slice(1);
      const { canceled, filePath } = await lock.behindDialog(() =>
        dialog.showSaveDialog(window(), {
          title: say()('desktop:save-as'),
          defaultPath: name,
          filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
        }),
      );
      return canceled || filePath === '' ? null : filePath;
    },
    show: async (path) => {
      const said = await shell.openPath(path);
      if (said !== '') throw new Error(said);
    },
    attention: (count) => {
      // Whoever is locked to the checklist looks at it already; nothing of ours blinks or counts beside it.
      if (lock.locked()) return;
      app.setBadgeCount(count);
      window().flashFrame(count > 0 && !window().isFocused());
    },
    printPdf: printHtmlToPdf,
  };
}

/** Asks whether an unfinished run may be left. Staying is the default, and what Escape means. */
export async function confirmLeaving(
  window: BrowserWindow,
  say: Translate,
  question: Extract<Leaving, { type: 'ask' }>,
): Promise<boolean> {
  const { title, environment, running } = question;
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    title: say('desktop:leave-title'),
    message: say('desktop:leave-question', { title, environment }),
    detail:
      running.length === 0
        ? say('desktop:leave-detail')
        : say('desktop:leave-detail-running', { targets: [...new Set(running)].join(', ') }),
    buttons: [say('desktop:leave-no'), say('desktop:leave-yes', { title })],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return response === 1;
}

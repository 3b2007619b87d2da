/** English sentences: native windows, dialogs and menus that the main process shows by itself. */
export const desktop = {
  'app-name': 'Countersign',
  'leave-title': 'A run is open',
  'leave-question': 'Leave “{{title}}” ({{environment}}) unfinished?',
  'leave-detail':
    'The run is not ended. Everything up to now is on disk; you can go on from the home screen at any time.',
  'leave-detail-running':
    'Commands are still running on: {{targets}}. If you leave now, Countersign loses sight of them and they become “unknown”: they may have run.',
  'leave-yes': 'Leave “{{title}}”',
  'leave-no': 'Stay',
  'open-checklist': 'Open a checklist',
  'checklist-files': 'Checklists (YAML)',
  'pick-evidence': 'Choose the file to keep as evidence',
  'save-report': 'Save the report',
  'menu-edit': 'Edit',
  'menu-view': 'View',
  'menu-undo': 'Undo',
  'menu-redo': 'Redo',
  'menu-cut': 'Cut',
  'menu-copy': 'Copy',
  'menu-paste': 'Paste',
  'menu-select-all': 'Select all',
  'menu-actual-size': 'Actual size',
  'menu-zoom-in': 'Zoom in',
  'menu-zoom-out': 'Zoom out',
  'menu-full-screen': 'Full screen',
  'menu-quit': 'Quit',
} as const;

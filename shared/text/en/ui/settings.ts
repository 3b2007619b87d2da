/** English sentences of the screens: the settings. */
export const settings = {
  settings: 'Settings',
  language: 'Language',
  'language-system': 'As the system',
  'language-en': 'English',
  'language-zh': '简体中文',
  theme: 'Appearance',
  'theme-system': 'As the system',
  'theme-light': 'Light',
  'theme-dark': 'Dark',
  'your-name': 'Your name',
  'your-name-why': 'It stands in the journal beside everything you do. Empty means your login name.',
  'about-version': 'Version',
  'about-data': 'Runs are kept in',
} as const;

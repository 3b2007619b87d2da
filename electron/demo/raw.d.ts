/** Vite's `?raw` import: the file's text, bundled. */
declare module '*?raw' {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: that is what Vite's ?raw gives.
  export default text;
}

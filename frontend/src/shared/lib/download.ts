/** The browser reads the file after the click, in its own time. */
const READ_WITHIN_MS = 10_000;

/** Hands a file to the browser, as if it had been downloaded. */
export function saveFile(name: string, parts: string[], type: string): void {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), READ_WITHIN_MS);
}

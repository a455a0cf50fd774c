/** Style sheets that the first load does without; the page names them: <meta name="late-style-NAME" content="URL">. */

const loading = new Map();

/** Resolves when the sheet counts; it is fetched once. Rejects, to be tried again, if it could not be had. */
export function lateStyle(name) {
  if (!loading.has(name)) {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = document.querySelector(`meta[name="late-style-${name}"]`).content;
    const ready = new Promise((resolve, reject) => {
      link.addEventListener("load", resolve);
      link.addEventListener("error", () => {
        link.remove();
        loading.delete(name);
        reject(new Error(`The style sheet ${name} could not be loaded.`));
      });
    });
    document.head.append(link);
    loading.set(name, ready);
  }
  return loading.get(name);
}

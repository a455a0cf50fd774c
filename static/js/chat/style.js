/** Style sheets that come with the first use of what they dress. */

const loading = new Map();

/** Resolves when the sheet at `url` is applied; rejects if it cannot be had (then the next call tries again). */
export function loadStyle(url) {
  if (!loading.has(url)) {
    loading.set(
      url,
      new Promise((resolve, reject) => {
        const link = document.createElement("link");
        link.rel = "stylesheet";
        link.href = url;
        link.addEventListener("load", resolve);
        link.addEventListener("error", () => {
          link.remove();
          loading.delete(url);
          reject(new TypeError("The style sheet could not be loaded."));
        });
        document.head.append(link);
      }),
    );
  }
  return loading.get(url);
}

/** Style sheets that come with the first use of what they dress; the first load does without them. */

import { t } from "../i18n.js";

const loading = new Map();

/** Resolves when the sheet at `url` counts; it is fetched once. Rejects, to be tried again, if it could not be had. */
export function sheet(url) {
  if (!loading.has(url)) {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = url;
    const ready = new Promise((resolve, reject) => {
      link.addEventListener("load", resolve);
      link.addEventListener("error", () => {
        link.remove();
        loading.delete(url);
        reject(new TypeError(t("The style sheet could not be loaded.")));
      });
    });
    document.head.append(link);
    loading.set(url, ready);
  }
  return loading.get(url);
}

/** The same for a sheet that the page names: <meta name="late-style-NAME" content="URL">. */
export function lateStyle(name) {
  return sheet(document.querySelector(`meta[name="late-style-${name}"]`).content);
}

/** The file is fetched as any download, so nothing of it is held here; beside it the server says how far it is. */

import { elementsOf, get } from "../chat/net.js";

export async function followFile({ file, state }) {
  const link = document.createElement("a");
  link.href = file;
  link.download = "";
  link.click();
  const response = await get(state);
  const place = document.getElementById("export-state");
  const shown = elementsOf(await response.text()).firstElementChild;
  place.replaceWith(shown);
  window.htmx.process(shown);
}

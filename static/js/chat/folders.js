/** Folders: shown open or closed, made, set up, removed. */

import { t } from "../i18n.js";
import { toast } from "./announce.js";
import { Dialog, confirmed } from "./dialog.js";
import { clear } from "./field.js";
import { elementsOf, get, post, sentenceOf } from "./net.js";
import { urls } from "./urls.js";

/** Open or close the folder of `button`; the server remembers it. */
export async function fold(button) {
  const section = button.closest("[data-folder]");
  const list = section.querySelector(".shelf-rows");
  const closes = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!closes));
  if (!closes && list.dataset.unloaded) {
    try {
      const response = await get(list.dataset.unloaded);
      if (!response.ok) throw new TypeError();
      list.replaceChildren(elementsOf(await response.text()));
    } catch (error) {
      button.setAttribute("aria-expanded", "false");
      throw error;
    }
    delete list.dataset.unloaded;
    window.htmx.process(list);
  }
  list.hidden = closes;
  await post(urls.foldFolder(section.dataset.folder), { closed: closes ? "1" : "0" });
}

/** Make a folder for the `dialog` that asks for one; gives its key, or null when the name was refused. */
export async function newFolder(name, dialog) {
  const response = await post(urls.newFolder, { name });
  if (response.ok) return (await response.json()).key;
  if (response.status !== 422) throw new Error(await sentenceOf(response, t("The folder could not be made. Try again.")));
  const words = elementsOf(await response.text()).querySelector("#folder-name-error")?.textContent;
  dialog.refuse("name", words || t("Choose another name."));
  return null;
}

/** The dialog of a folder, or of a new one. */
export function editFolder(key) {
  const dialog = new Dialog({
    id: "order",
    label: key ? "Folder" : t("New folder"),
    style: "ordering",
    focus: ["#folder-name"],
    clicked: (event) => {
      const field = event.target.closest("[data-reset]")?.closest(".field");
      if (!field) return;
      clear(field);
      field.classList.remove("is-set");
    },
    submitted: async (form) => {
      const response = await dialog.post(form, { lost: t("No connection: the folder was not saved. Try again.") });
      if (!response) return;
      const { name } = await response.json();
      dialog.close();
      toast(key ? t("Saved folder “%(name)s”.", { name }) : t("Made folder “%(name)s”.", { name }));
    },
  });
  return dialog.open(key ? urls.folder(key) : urls.folderDialog);
}

export async function removeFolder(section) {
  const name = section.querySelector(".shelf-title").textContent;
  const sure = await confirmed({
    title: t("Remove folder “%(name)s”?", { name }),
    words: t("Its chats stay, outside of any folder. Its settings are lost."),
    yes: t("Remove folder"),
  });
  if (!sure) return;
  const response = await post(urls.removeFolder(section.dataset.folder));
  if (!response.ok) throw new Error(await sentenceOf(response, t("The folder could not be removed. Try again.")));
  const isHere = section.contains(document.activeElement);
  section.remove();
  if (isHere) document.getElementById("view-button").focus({ preventScroll: true });
  toast(t("Removed folder “%(name)s”.", { name }));
}

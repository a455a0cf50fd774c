
import { t } from "../i18n.js";
// Copies the value of the field named by data-copy. Without clipboard access (plain http) the button stays hidden
// and the field, which is selected, is copied by hand.
const button = document.querySelector("[data-copy]");
const field = button && document.getElementById(button.dataset.copy);

field?.select();
if (button && navigator.clipboard) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = t("Copied");
    document.getElementById("announcer").textContent = t("Link copied");
  });
}

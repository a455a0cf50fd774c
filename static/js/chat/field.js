/** A field of the settings, in whichever form it stands. */

/** Unset it, with the focus in it. */
export function clear(field) {
  for (const input of field.querySelectorAll("input, textarea")) {
    if (input.type === "radio") input.checked = input.value === "";
    else input.value = "";
  }
  field.querySelector("input:checked, textarea, input")?.focus();
}

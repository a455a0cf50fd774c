/** The Print button of the print view. */
const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => print());

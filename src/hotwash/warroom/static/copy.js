// Links are copied by a press; where the browser does not allow that, the text is selected for the keys to do it.
"use strict";
for (const button of document.querySelectorAll("[data-copy]")) {
  const from = document.getElementById(button.dataset.copy), said = button.nextElementSibling;
  button.hidden = false;
  button.addEventListener("click", async () => {
    from.select();
    try {
      await navigator.clipboard.writeText(from.value);
      said.textContent = "Copied.";
    } catch {
      said.textContent = "Selected: press Ctrl C.";
    }
  });
}

// Lets the page's own button open the browser's print dialog, from which it can be saved as a PDF.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

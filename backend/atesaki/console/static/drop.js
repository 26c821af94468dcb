// Lets a saved mail be dropped on its field; without this script the file is chosen with the field itself.
(() => {
  "use strict";
  const area = document.getElementById("drop");
  const input = document.getElementById("mail");
  if (!area || !input || typeof DataTransfer === "undefined") return;

  const carriesFiles = (event) => Array.from(event.dataTransfer?.types ?? []).includes("Files");
  const mark = (on) => area.classList.toggle("over", on);

  area.querySelector(".drop-hint").hidden = false;
  // A file dropped beside the field would otherwise be opened by the browser in place of this page.
  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => carriesFiles(event) && event.preventDefault());
  }
  area.addEventListener("dragover", (event) => mark(carriesFiles(event)));
  area.addEventListener("dragleave", () => mark(false));
  area.addEventListener("drop", (event) => {
    mark(false);
    if (!event.dataTransfer?.files.length) return;
    const chosen = new DataTransfer();
    chosen.items.add(event.dataTransfer.files[0]);
    input.files = chosen.files;
    input.form.requestSubmit();
  });
})();

// Brings the cursor to the line of a mistake; without it, the lines stand in the list of mistakes all the same.
const text = document.getElementById("text");

function bring(position) {
  text.focus();
  text.setSelectionRange(position, position);
  const line = text.value.slice(0, position).split("\n").length - 1;
  const height = parseFloat(getComputedStyle(text).lineHeight);
  text.scrollTop = Math.max(0, (line - 5) * height);
}

for (const link of document.querySelectorAll("a[data-position]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    bring(Number(link.dataset.position));
  });
}

if (text?.dataset.position) {
  bring(Number(text.dataset.position));
}

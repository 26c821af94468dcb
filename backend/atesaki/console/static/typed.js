// The other language is another page: what was typed and not yet sent goes along, in this tab only, and no secret.
// Any other way out of a form that says so (data-typed) is asked about first, in the browser's own words.
(() => {
  "use strict";
  const KEPT = "atesaki-typed";
  const LEFT = new Set(["hidden", "password", "file"]);

  const fields = () =>
    [...document.querySelectorAll("main :is(input, select, textarea)")].filter(
      (field) => field.name && !LEFT.has(field.type) && field.autocomplete !== "one-time-code",
    );
  const now = (field) => (/^(checkbox|radio)$/.test(field.type) ? field.checked : field.value);
  const before = (field) => {
    if (/^(checkbox|radio)$/.test(field.type)) return field.defaultChecked;
    if (!field.options) return field.defaultValue;
    return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value;
  };

  function keep() {
    const typed = fields().map((field) => [field.name, before(field), now(field)]);
    sessionStorage.setItem(KEPT, JSON.stringify({ path: location.pathname, typed }));
  }

  function restore({ path, typed }) {
    if (path !== location.pathname) return;
    for (const [place, field] of fields().entries()) {
      const [name, first, last] = typed[place] ?? [];
      // A field that somebody else has changed meanwhile shows their change.
      if (name !== field.name || first !== before(field) || first === last) continue;
      if (typeof last === "boolean") field.checked = last;
      else field.value = last;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  for (const other of document.querySelectorAll("header.site :is(a, button)[lang]")) {
    other.addEventListener("click", keep);
  }

  let leaving = null;
  const unsaved = (form) =>
    form !== leaving &&
    (form.dataset.typed === "unsaved" || fields().some((field) => field.form === form && now(field) !== before(field)));
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) leaving = event.target;
  });
  window.addEventListener("beforeunload", (event) => {
    // The other language takes it along.
    const kept = sessionStorage.getItem(KEPT);
    if (!kept && [...document.querySelectorAll("form[data-typed]")].some(unsaved)) event.preventDefault();
    leaving = null;
  });

  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  // Whatever listens to the fields is there by then.
  if (kept) document.addEventListener("DOMContentLoaded", () => restore(JSON.parse(kept)));
})();

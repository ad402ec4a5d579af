// Names for what Django's and django-unfold's widgets leave without one, for those who hear a page.
"use strict";

function labelOf(field) {
  const label = field.id && document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
  const row = field.closest("td, .form-row, .field-row, .field-line, fieldset");
  const said = label || row?.querySelector("label");
  return (said?.textContent || row?.dataset.label || field.name || "").replace("*", "").trim();
}

function nameIt(element, name) {
  if (element && name && !element.getAttribute("aria-label")) {
    element.setAttribute("aria-label", name);
  }
}

// Select2 builds its box beside the select, and its search in a second place when it opens.
function nameChoices(select) {
  const box = select.nextElementSibling;
  if (!box?.classList.contains("select2")) {
    return;
  }
  const name = labelOf(select);
  nameIt(box.querySelector(".select2-selection"), name);
  nameIt(box.querySelector(".select2-search__field"), name);
  nameIt(box.querySelector(".select2-selection--single .select2-selection__rendered"), name);
  // A list in name only: what is chosen stands in it beside the search.
  for (const each of box.querySelectorAll("ul.select2-selection__rendered, ul.select2-selection__rendered > li")) {
    each.setAttribute("role", "presentation");
  }
}

function nameAll() {
  document.querySelectorAll("select.select2-hidden-accessible").forEach(nameChoices);
  for (const field of document.querySelectorAll("input.vDateField, input.vTimeField, td :is(input, select, textarea)")) {
    if (!field.labels?.length) {
      nameIt(field, labelOf(field));
    }
  }
  // On a phone each cell of a list says what it is, as the heads of the columns do elsewhere.
  for (const cell of document.querySelectorAll(".result-list [data-label]")) {
    const label = cell.dataset.label;
    if (label && label[0] !== label[0].toUpperCase()) {
      cell.dataset.label = label[0].toUpperCase() + label.slice(1);
    }
  }
  document.querySelectorAll(".help-tooltip[aria-label]").forEach((each) => each.setAttribute("role", "img"));
}

window.addEventListener("load", () => {
  nameAll();
  new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
});

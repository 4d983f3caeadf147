/* Adds and removes rows without loading the page anew, and puts the number of a chosen customer into its row.
   Without it the same buttons post the form, and the number is typed. */
(() => {
  const form = document.querySelector("[data-customer-admin-assign]");
  if (!form) return;
  const rows = form.querySelector("[data-customer-admin-rows]");

  const number = () => {
    [...rows.children].filter((row) => row.matches("div")).forEach((row, at) => {
      row.setAttribute("aria-label", row.getAttribute("aria-label").replace(/\d+/, at + 1));
      for (const element of row.querySelectorAll("[id], [name], [for], [value], [aria-describedby]")) {
        for (const name of ["id", "name", "for", "aria-describedby"]) {
          const value = element.getAttribute(name);
          if (value) element.setAttribute(name, value.replace(/^rows-\d+-/, `rows-${at}-`));
        }
        if (element.matches("button")) element.value = element.value.replace(/^remove-\d+$/, `remove-${at}`);
      }
    });
  };

  const clear = (row) => {
    row.querySelectorAll("input").forEach((input) => {
      input.value = "";
      input.removeAttribute("aria-invalid");
    });
    row.querySelectorAll(".customer-admin-assign__errors, [data-customer-admin-chosen]").forEach((each) => each.replaceChildren());
  };

  form.querySelector("[data-customer-admin-add-row]").addEventListener("click", (event) => {
    const all = rows.querySelectorAll(":scope > div");
    if (all.length >= 100) return; // The answer of the server says why.
    event.preventDefault();
    const row = all[all.length - 1].cloneNode(true);
    clear(row);
    rows.append(row);
    number();
    row.querySelector("input").focus();
  });

  rows.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.matches("[data-customer-admin-remove-row]")) {
      event.preventDefault();
      const row = button.closest("div.customer-admin-assign__row");
      const next = row.nextElementSibling || row.previousElementSibling;
      if (next?.matches("div")) row.remove();
      else clear(row);
      number();
      (next?.matches("div") ? next : row).querySelector("input").focus();
    } else if (button?.matches("[data-customer-admin-choose]")) {
      choose(button.closest("div.customer-admin-assign__row"));
    }
  });

  // One dialog for all rows.
  const Chooser = window.SnippetChooser || window.Chooser;
  const chooser = Chooser && new Chooser("customer-admin-assign-chooser");
  const choose = (row) => {
    chooser.setStateFromModalData = ({ number: chosen, string, title }) => {
      const input = row.querySelector('input[name$="-customer"]');
      input.value = chosen;
      row.querySelector("[data-customer-admin-chosen]").textContent = string || title || "";
      input.focus();
    };
    chooser.openChooserModal();
  };
  if (chooser) form.querySelectorAll("[data-customer-admin-choose]").forEach((button) => (button.hidden = false));

  rows.addEventListener("input", ({ target }) => {
    if (target.name.endsWith("-customer")) {
      target.closest(".customer-admin-assign__row").querySelector("[data-customer-admin-chosen]").textContent = "";
    }
  });
})();

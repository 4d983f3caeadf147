/* Shows in a customer's form who is there already while somebody types. */
(() => {
  const PAUSE = 400;
  const ASKED = /^(first_name|last_name|company|email|phone|account_number|birth_date|addresses-\d+-(line1|postal_code|city))$/;
  let timer;
  let asking;
  let last = "";

  const typed = (form) => {
    const values = new URLSearchParams();
    new FormData(form).forEach((value, name) => {
      if (ASKED.test(name) && value) values.append(name, value);
    });
    return values;
  };

  const ask = async (form, shown) => {
    const values = typed(form);
    if (values.toString() === last) return;
    last = values.toString();
    if (shown.dataset.customerAdminKey) values.append("pk", shown.dataset.customerAdminKey);
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(shown.dataset.customerAdminSimilar, {
        method: "POST",
        body: values,
        headers: {
          "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
          "X-Requested-With": "XMLHttpRequest", // So that who was signed out meanwhile gets no sign-in page here.
        },
        signal: asking.signal,
      });
      if (!answer.ok) return;
      const html = await answer.text();
      // The same again would only be read out twice.
      if (html.trim() !== shown.innerHTML.trim()) shown.innerHTML = html;
    } catch {
      // Without an answer the form says it when it is saved.
    }
  };

  document.addEventListener("input", ({ target }) => {
    const shown = ASKED.test(target.name) && target.form?.querySelector("[data-customer-admin-similar]");
    if (!shown) return;
    clearTimeout(timer);
    timer = setTimeout(() => ask(target.form, shown), PAUSE);
  });
})();

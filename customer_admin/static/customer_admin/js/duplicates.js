/* Shows in a customer's form who is there already while somebody types. */
(() => {
  const PAUSE = 400;
  const ASKED = /^(first_name|last_name|company|email|phone|account_number|birth_date|addresses-\d+-(line1|postal_code|city|DELETE))$/;
  let timer;
  let asking;
  let last = "";

  const typedIn = (form) => {
    const values = new URLSearchParams();
    new FormData(form).forEach((value, name) => {
      if (ASKED.test(name) && value) values.append(name, value);
    });
    return values;
  };

  const ask = async (shown, form) => {
    const values = typedIn(form);
    if (values.toString() === last) return;
    last = values.toString();
    if (shown.dataset.customerAdminKey) values.append("pk", shown.dataset.customerAdminKey);
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(shown.dataset.customerAdminSimilar, {
        method: "POST",
        body: values,
        headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
        signal: asking.signal,
      });
      // Who is signed out meanwhile is led to the sign-in, which has no place in the form.
      if (!answer.ok || answer.redirected) return;
      const html = await answer.text();
      // The same again would only be read out twice.
      if (html.trim() !== shown.innerHTML.trim()) shown.innerHTML = html;
    } catch {
      // Without an answer the form says it when it is saved.
    }
  };

  // The form is not there yet: Wagtail loads the scripts of a form above it.
  document.addEventListener("input", ({ target }) => {
    if (!ASKED.test(target.name)) return;
    const form = target.form;
    const shown = form?.querySelector("[data-customer-admin-similar]");
    if (!shown) return;
    clearTimeout(timer);
    timer = setTimeout(() => ask(shown, form), PAUSE);
  });
})();

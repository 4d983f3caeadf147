/* Shows in a customer's form who is there already while somebody types. */
(() => {
  const PAUSE = 400;
  const shown = document.querySelector("[data-customer-admin-similar]");
  const form = shown?.closest("form");
  const ASKED = /^(first_name|last_name|company|email|phone|account_number|birth_date|addresses-\d+-(line1|postal_code|city))$/;
  let timer;
  let asking;
  let last = "";

  const typed = () => {
    const values = new URLSearchParams();
    new FormData(form).forEach((value, name) => {
      if (ASKED.test(name) && value) values.append(name, value);
    });
    return values;
  };

  const ask = async () => {
    const values = typed();
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
      if (!answer.ok) return;
      const html = await answer.text();
      // The same again would only be read out twice.
      if (html.trim() !== shown.innerHTML.trim()) shown.innerHTML = html;
    } catch {
      // Without an answer the form says it when it is saved.
    }
  };

  form?.addEventListener("input", (event) => {
    if (!ASKED.test(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
})();

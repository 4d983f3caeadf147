/* Fills city, region and country of an address from its postal code, as earlier addresses have it.
   What somebody typed is never overwritten, and rows that are added later work like the others. */
(() => {
  const shown = document.createElement("p");
  shown.className = "customer-admin-places";
  // Screen readers only tell what changes in an element that was there before.
  const spoken = document.createElement("div");
  spoken.className = "w-sr-only";
  spoken.setAttribute("role", "status");
  document.body.append(spoken);

  const nextTo = (input, name) =>
    document.getElementsByName(input.name.replace(/postal_code$/, name))[0];

  const tell = (input, text) => {
    shown.textContent = spoken.textContent = text;
    input.insertAdjacentElement("afterend", shown);
  };

  const fill = (input, place) => {
    const filled = ["city", "region", "country"].filter((name) => {
      const other = nextTo(input, name);
      if (!other || other.value || !place[name]) return false;
      other.value = place[name];
      other.dispatchEvent(new Event("input", { bubbles: true }));
      other.dispatchEvent(new Event("change", { bubbles: true }));
      return true;
    });
    if (filled.length) {
      tell(input, `${input.dataset.customerAdminFilled} ${filled.map((name) => place[name]).join(", ")}`);
    }
  };

  const ask = async (input) => {
    const city = nextTo(input, "city");
    const code = input.value.trim();
    if (!code || !city || city.value) return;
    const query = new URLSearchParams({ postal_code: code, country: nextTo(input, "country")?.value || "" });
    try {
      const answer = await fetch(`${input.dataset.customerAdminPlaces}?${query}`, {
        headers: { "X-Requested-With": "XMLHttpRequest" },
      });
      const { places } = await answer.json();
      // Nothing, or somebody went on typing: then the form stays as it is.
      if (places.length && input.value.trim() === code && !city.value) fill(input, places[0]);
    } catch {
      // Without an answer the person types the city, as always.
    }
  };

  document.addEventListener("change", (event) => {
    if (event.target.dataset?.customerAdminPlaces) ask(event.target);
  });
})();

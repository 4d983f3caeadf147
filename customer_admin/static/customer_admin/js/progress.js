/* Shows how far work in the background is, and what came of it once it is done. What somebody is ticking or typing on
   the page meanwhile stays: then it is they who load it anew. */
(() => {
  const shown = document.querySelector("[data-customer-admin-progress]");
  const bar = shown?.querySelector("progress");
  const isTouched = () =>
    [...document.querySelectorAll("#main form input")].some(
      (input) => input.checked !== input.defaultChecked || input.value !== input.defaultValue,
    );
  const follow = async () => {
    try {
      const answer = await fetch(shown.dataset.customerAdminProgress);
      const { is_going_on: isGoingOn, percent } = await answer.json();
      bar.value = percent;
      if (!isGoingOn && !isTouched()) window.location.reload();
    } catch {
      // The next round asks again.
    }
  };
  if (shown) setInterval(follow, 2000);
})();

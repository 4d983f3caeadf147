/* Shows how far work in the background is, and what came of it once it is done. */
(() => {
  const shown = document.querySelector("[data-customer-admin-progress]");
  const bar = shown?.querySelector("progress");
  const follow = async () => {
    try {
      const answer = await fetch(shown.dataset.customerAdminProgress);
      const { is_going_on: isGoingOn, percent } = await answer.json();
      bar.value = percent;
      if (!isGoingOn) window.location.reload();
    } catch {
      // The next round asks again.
    }
  };
  if (shown) setInterval(follow, 2000);
})();

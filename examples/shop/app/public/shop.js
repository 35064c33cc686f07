// The shop works without this file; it only saves clicks.

for (const input of document.querySelectorAll('[data-autosubmit]')) {
  input.addEventListener('change', () => input.form.requestSubmit());
}

const checkout = document.querySelector('[data-checkout]');
checkout?.addEventListener('change', ({ target }) => {
  if (target.name !== 'delivery') return;
  const shipping = checkout.querySelector('[data-testid=shipping]');
  shipping.textContent = target.dataset.shipping;
  shipping.previousElementSibling.textContent = target.dataset.label;
  checkout.querySelector('[data-testid=total]').textContent = target.dataset.total;
});

const delivery = document.querySelector('[data-delivery]');
delivery?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const answer = delivery.querySelector('[data-answer]');
  try {
    const response = await fetch(`/api/delivery?${new URLSearchParams(new FormData(delivery))}`);
    const { days, error } = await response.json();
    answer.textContent = error ?? `With you in ${days}.`;
  } catch {
    answer.textContent = 'We cannot tell just now. Please try again.';
  }
});

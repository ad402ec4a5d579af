// The cards of a profile come when the place where they will stand is scrolled into view.
'use strict';

const person = decodeURIComponent(location.pathname.split('/')[2]);
const arrivals = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) arrive(entry.target);
}, { root: document.getElementById('workspace') });

for (const place of document.querySelectorAll('[data-lazy]')) {
  place.sandboxPart = place.dataset.lazy;
  place.removeAttribute('data-lazy');
  arrivals.observe(place.firstElementChild);
}

async function arrive(skeleton) {
  arrivals.unobserve(skeleton);
  const place = skeleton.parentElement;
  const query = new URLSearchParams({ slug: person, part: place.sandboxPart });
  const answer = await (await fetch(`/flagship-web/rsc/profile?${query}`)).json();
  setTimeout(() => { place.innerHTML = answer.html; }, 120);
}

// A page of details is empty at first; its entries come on their own, and more of them on request.
'use strict';

const column = document.querySelector('[data-testid="lazy-column"]');
const { slug, kind } = column.dataset;
const foot = column.querySelector('section > div').lastElementChild;
const entries = foot.previousElementSibling;
const button = foot.firstElementChild;
const words = button.querySelector('span span');
let shown = 0;
column.removeAttribute('data-slug');
column.removeAttribute('data-kind');

async function load() {
  const query = new URLSearchParams({ slug, kind, start: shown });
  const answer = await (await fetch(`/flagship-web/rsc/details?${query}`)).json();
  setTimeout(() => {
    entries.insertAdjacentHTML('beforeend', answer.html);
    shown += answer.count;
    words.textContent = answer.more;
    if (!answer.has_more) foot.remove();
  }, 120);
}

button.addEventListener('click', load);
load();

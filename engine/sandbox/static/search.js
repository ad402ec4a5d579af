// The pager goes to other pages; links that stand inside other links are made here, as a parser would part them.
'use strict';

for (const node of document.querySelectorAll('nested-link')) {
  const link = document.createElement('a');
  for (const { name, value } of node.attributes) link.setAttribute(name, value);
  link.append(...node.childNodes);
  node.replaceWith(link);
}
learnHarm(document);
learnTriggers(document);

for (const button of document.querySelectorAll('[data-page]')) {
  const { page } = button.dataset;
  button.removeAttribute('data-page');
  button.addEventListener('click', () => {
    const query = new URLSearchParams(location.search);
    query.set('page', page);
    location.assign(`${location.pathname}?${query}`);
  });
}

// The menu behind "More" of an older profile: its items stand in the page and are shown on request.
'use strict';

const menu = document.querySelector('.artdeco-dropdown__content.ember-view');
const opener = menu?.previousElementSibling;
opener?.addEventListener('click', () => {
  const isOpen = menu.classList.toggle('artdeco-dropdown__content--is-open');
  menu.style.display = isOpen ? 'block' : 'none';
  menu.setAttribute('aria-hidden', String(!isOpen));
  opener.setAttribute('aria-expanded', String(isOpen));
});

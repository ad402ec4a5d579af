// The sticky header that shows when the profile is scrolled, and the menu that hangs from the body.
'use strict';

const workspace = document.getElementById('workspace');
const toolbar = document.querySelector('[role=toolbar]');
workspace.addEventListener('scroll', () => toolbar.toggleAttribute('data-stuck', workspace.scrollTop > 320));

const pattern = document.querySelector('template[data-menu]');
let menu = null;
for (const button of document.querySelectorAll('button[data-more]')) {
  button.removeAttribute('data-more');
  button.addEventListener('click', () => toggle(button));
}
pattern?.remove();

function toggle(button) {
  button.setAttribute('aria-expanded', String(!menu));
  if (menu) {
    menu.remove();
    menu = null;
    return;
  }
  menu = pattern.content.firstElementChild.cloneNode(true);
  learnHarm(menu);
  document.body.append(menu);
  menu.showPopover();
  const box = button.getBoundingClientRect();
  menu.style.left = `${box.left}px`;
  menu.style.top = `${box.bottom + 4}px`;
}

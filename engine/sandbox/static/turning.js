// Another person's profile takes over a page that was loaded; the address changes with it, as a router would do it.
'use strict';

const { slug: turnsInto } = document.currentScript.dataset;
(async () => {
  if (location.pathname === `/in/${turnsInto}/`) return;
  const html = await (await fetch(`/in/${turnsInto}/`)).text();
  const next = new DOMParser().parseFromString(html, 'text/html');
  const [here, there] = [document, next].map((one) => one.querySelector('[data-sdui-screen], main'));
  setTimeout(() => {
    history.pushState(null, '', `/in/${turnsInto}/`);
    here.replaceWith(there);
    learnHarm(document);
    learnTriggers(document);
  }, 60);
})();

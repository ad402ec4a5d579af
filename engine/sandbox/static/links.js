// The pages link to www.linkedin.com as the real ones do; a click stays on this site, which routes by path.
document.addEventListener('click', (event) => {
  const link = event.composedPath().find((node) => node.nodeName === 'A' && node.href);
  if (!link || event.defaultPrevented || event.button !== 0) return;
  const target = new URL(link.href);
  if (target.hostname !== 'www.linkedin.com') return;
  event.preventDefault();
  location.assign(target.pathname + target.search);
});

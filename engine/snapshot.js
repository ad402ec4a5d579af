// The page as one text: light DOM, open shadow roots and same-origin frames, without scripts, secrets and tokens.
// Nothing of the page is changed. arguments[0]: how many characters at most.
const most = arguments[0];
const REMOVED = 'removed';
const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));
const DROPPED = new Set('script noscript template object embed base'.split(' '));
const SECRET_NAME = /csrf|xsrf|token|secret|passw|session|auth(?!or)|nonce|jsessionid|li_at|cookie|signature|credential|^(pin|otp|code)$/i;
const TYPED = 'input[type=password], input[autocomplete~=one-time-code], input[name*=pin], input[id*=pin]';

const top_window = (() => {
  try {
    return window.top.document ? window.top : window;
  } catch {
    return window;
  }
})();

const numbers = new Map();
// The same token is the same word everywhere, so that references between elements can still be followed.
const stand_in = (token) => {
  if (!numbers.has(token)) numbers.set(token, `${REMOVED}-${numbers.size + 1}`);
  return numbers.get(token);
};

// A member's id and a name in an address are no secrets; a selector that failed is understood by them.
const is_member = (text) => /^[\w-]{0,60}ACoA[\w-]{10,100}$/.test(text);
const WORD = /^([A-Za-z]*\d{0,4}|[a-z]*\d{1,9}([A-Z][a-z]+)*|[A-Za-z0-9]{1,12})$/;
const is_name = (text) => text.split(/[-_/+=]/).every((part) => WORD.test(part));
const is_uuid = (text) => /[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}/i.test(text);
const is_token = (text) => {
  if (is_member(text)) return false;
  const is_mixed = /\d/.test(text) && /[A-Za-z]/.test(text);
  return text.length > 60 || /^\d{20,}$/.test(text) || is_uuid(text) || (is_mixed && !is_name(text));
};

const LI_AT = /\bAQED[\w-]{4,}/g;
const CSRF = /ajax(:|%3A)\d{4,}/gi;
const JWT = /\beyJ[\w-]{8,}(\.[\w-]+)*/g;
const COOKIE = /\b(li_at|li_rm|JSESSIONID|bcookie|bscookie|lidc)(=|%3D|"\s*:\s*")[^\s;,&"'<>]+/gi;
const clean = (text, tokens) =>
  text
    .replace(COOKIE, (_, name, sign) => `${name}${sign}${REMOVED}`)
    .replace(LI_AT, stand_in)
    .replace(CSRF, stand_in)
    .replace(JWT, stand_in)
    .replace(tokens, (token) => (is_token(token) ? stand_in(token) : token));
const clean_text = (text) => clean(text, /[A-Za-z0-9+/_=-]{20,}/g);

const decoded = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const clean_parameter = (whole, start, name, value) => {
  const plain = decoded(value);
  return SECRET_NAME.test(name) || clean_text(plain) !== plain ? start + REMOVED : whole;
};

// Embedded pictures and fonts are long and say nothing; a script in an address says too much.
const clean_address = (text) => {
  const bare = text.trim();
  if (/^(data|blob|javascript|vbscript):/i.test(bare.replace(/[\s\0]/g, ''))) return `about:blank#${REMOVED}`;
  const named = bare.replace(/([?&#;]([^=&#;]*)=)([^&#;]*)/g, clean_parameter);
  return clean(named.replace(/\/\/[^/?#@]*@/, '//'), /[A-Za-z0-9_-]{20,}/g);
};

const ADDRESSES = new Set('href src action formaction poster data cite background ping xlink:href longdesc manifest'.split(' '));
const clean_css = (text) => clean_text(text.replace(/url\(\s*(['"]?)data:[^)]*\1\s*\)/gi, 'url()'));

const clean_attribute = (element, { name, value }) => {
  if (/^on|^(srcdoc|nonce|integrity|srcset|imagesrcset)$/i.test(name)) return null;
  if (SECRET_NAME.test(name) || holds_secret(element, name)) return REMOVED;
  if (name === 'style') return clean_css(value);
  if (ADDRESSES.has(name) || /^(https?:)?\/\/?[\w.-]/i.test(value)) return clean_address(value);
  return clean_text(value);
};

const BUTTONS = new Set(['submit', 'button', 'reset', 'checkbox', 'radio']);
const holds_secret = (element, name) => {
  if (name === 'value') return element.localName === 'input' && !BUTTONS.has(element.type);
  if (name !== 'content') return false;
  return ['name', 'property', 'id', 'http-equiv'].some((which) => SECRET_NAME.test(element.getAttribute(which) || ''));
};

const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

const inner_document = (frame) => {
  try {
    return frame.contentDocument;
  } catch {
    return null;
  }
};

let length = 0;
let is_cut = false;
let has_typed_secret = false;
const parts_of = (sink) => (text) => {
  length += text.length;
  if (length > most) is_cut = true;
  else sink.push(text);
};

const attributes_of = (element) => {
  const kept = [];
  for (const attribute of element.attributes) {
    const value = clean_attribute(element, attribute);
    if (value !== null && /^[^\s"'<>/=]+$/.test(attribute.name)) kept.push(` ${attribute.name}="${escape(value)}"`);
  }
  return kept.join('');
};

const write_children = (parent, add) => {
  for (const child of parent.childNodes) write(child, add);
};

const write_frame = (frame, add) => {
  const inner = inner_document(frame);
  if (!inner || !inner.documentElement) return;
  const sink = [];
  write(inner.documentElement, parts_of(sink));
  add(` srcdoc="${escape(sink.join(''))}"`);
};

const write_element = (element, add) => {
  const name = element.localName;
  if (DROPPED.has(name) || is_cut) return;
  has_typed_secret ||= element.matches(TYPED) && element.value !== '';
  add(`<${name}${attributes_of(element)}`);
  if (name === 'iframe' || name === 'frame') write_frame(element, add);
  add('>');
  if (VOID.has(name)) return;
  if (element.shadowRoot) {
    add('<template shadowrootmode="open">');
    write_children(element.shadowRoot, add);
    add('</template>');
  }
  if (name === 'textarea') add(SECRET_NAME.test(element.name) ? REMOVED : escape(clean_text(element.value)));
  else if (name === 'style') add(clean_css(element.textContent).replace(/<\//g, '<\\/'));
  else if (name !== 'code' && name !== 'iframe') write_children(element, add);
  add(`</${name}>`);
};

// Comments are left out: the network keeps its data in them.
const write = (node, add) => {
  if (node.nodeType === Node.TEXT_NODE) add(escape(clean_text(node.data)));
  else if (node.nodeType === Node.ELEMENT_NODE) write_element(node, add);
};

const sink = [];
if (top_window.document.documentElement) write(top_window.document.documentElement, parts_of(sink));
const { origin, pathname } = top_window.location;
return { html: sink.join(''), address: /^http/.test(origin) ? clean_address(origin + pathname) : '', has_typed_secret };

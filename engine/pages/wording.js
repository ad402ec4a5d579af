// The network's own words, in every language at once: what a page says where nothing but words says it.
const options_of_words = arguments[0].words || {};
const plain_word = (text) => asked_once('plain', text, () => squeeze(text).replace(/[’ʼ]/g, "'").toLowerCase());
const wordings = (() => {
  const made = {};
  return (set) => {
    made[set] ||= Object.values(options_of_words[set] || {}).flat().map(plain_word);
    return made[set];
  };
})();

const has_word = (set, text) => {
  const plain = plain_word(text);
  return wordings(set).some((word) => plain.includes(word));
};

const is_word = (set, text) => {
  const plain = plain_word(text);
  return wordings(set).some((word) => {
    if (word.endsWith('*')) return plain.startsWith(word.slice(0, -1));
    return word.startsWith('*') ? plain.endsWith(word.slice(1)) : plain === word;
  });
};

// The language whose words stand alone on the page most often; null without two of them, or on a draw.
const SIGNS = ['experience', 'education', 'skills', 'languages', 'about', 'workplace', 'employment', 'present', 'contact_info', 'connect', 'more', 'pending'];
const language_by_words = (texts) => {
  const plain = new Set(texts.flatMap((text) => text.split(/ · | [-–—] /)).map(plain_word));
  const count = {};
  for (const set of SIGNS) {
    for (const [language, words] of Object.entries(options_of_words[set] || {})) {
      for (const word of words) if (plain.has(plain_word(word))) count[language] = (count[language] || 0) + 1;
    }
  }
  const [[first, most], [, second]] = [...Object.entries(count).sort((one, other) => other[1] - one[1]), [null, 0], [null, 0]];
  return most >= 2 && most > second ? first : null;
};

// The pictures, drawn by hand so that the shop needs no files from elsewhere.

import { raw } from './html.mjs';

const BACKDROPS = { Kitchen: '#f4dfc8', Shelter: '#dbe5d3', Light: '#f5e6b8', Trail: '#d5e3e4' };

const DRAWINGS = {
  mug: `
    <path d="M78 30q-6 8 0 15t0 14M100 26q-6 9 0 17t0 16M122 30q-6 8 0 15t0 14" transform="translate(-6 -10)" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" opacity=".75"/>
    <path d="M124 76h12a15 15 0 0 1 15 15v3a15 15 0 0 1-15 15h-12" fill="none" stroke="#2c4a5a" stroke-width="9"/>
    <path d="M58 62h70v56a14 14 0 0 1-14 14H72a14 14 0 0 1-14-14z" fill="#fdfaf3"/>
    <path d="M104 62h24v56a14 14 0 0 1-14 14h-10z" fill="#e9e2d3"/>
    <rect x="54" y="56" width="78" height="9" rx="4.5" fill="#2c4a5a"/>
    <g fill="#2c4a5a" opacity=".55"><circle cx="70" cy="80" r="2"/><circle cx="88" cy="92" r="1.6"/><circle cx="76" cy="106" r="1.8"/><circle cx="98" cy="76" r="1.5"/><circle cx="112" cy="98" r="2"/><circle cx="94" cy="118" r="1.7"/><circle cx="117" cy="80" r="1.4"/></g>`,
  moka: `
    <path d="M126 60h20a6 6 0 0 1 6 7l-7 33" fill="none" stroke="#2b2622" stroke-width="10" stroke-linecap="round" stroke-linejoin="round"/>
    <path d="M70 84l-8 46a4 4 0 0 0 4 4h68a4 4 0 0 0 4-4l-8-46z" fill="#8f9ba1"/>
    <path d="M104 84h26l8 46a4 4 0 0 1-4 4h-30z" fill="#77848b"/>
    <path d="M66 42l-14 6 12 10 6 22h60l8-38z" fill="#b6c0c4"/>
    <path d="M102 42h36l-8 38h-28z" fill="#98a5ab"/>
    <rect x="66" y="78" width="68" height="9" rx="3" fill="#5e6b72"/>
    <path d="M66 42l14-12h44l14 12z" fill="#8f9ba1"/>
    <circle cx="102" cy="24" r="7" fill="#2b2622"/>
    <circle cx="78" cy="112" r="5" fill="#5e6b72"/>`,
  thermos: `
    <rect x="80" y="18" width="40" height="30" rx="7" fill="#c8553d"/>
    <rect x="102" y="18" width="18" height="30" rx="7" fill="#a94430"/>
    <rect x="76" y="46" width="48" height="8" rx="3" fill="#5e6b72"/>
    <rect x="72" y="52" width="56" height="86" rx="10" fill="#2f5d50"/>
    <path d="M106 52h12a10 10 0 0 1 10 10v66a10 10 0 0 1-10 10h-12z" fill="#254a40"/>
    <rect x="72" y="78" width="56" height="26" fill="#f4ead6"/>
    <path d="M84 98l10-14 7 9 5-6 10 11z" fill="#2f5d50"/>
    <rect x="72" y="128" width="56" height="10" rx="5" fill="#5e6b72"/>`,
  stove: `
    <path d="M100 30c4 12 18 16 18 32a18 18 0 0 1-36 0c0-9 6-12 7-20 5 3 7 6 8 10 3-6 5-12 3-22z" fill="#e0793d"/>
    <path d="M100 50c2 7 9 9 9 18a9 9 0 0 1-18 0c0-7 7-9 9-18z" fill="#f7d26a"/>
    <path d="M62 74h76M70 74l18 16M130 74l-18 16" stroke="#4a555b" stroke-width="6" stroke-linecap="round" fill="none"/>
    <rect x="90" y="80" width="20" height="18" rx="4" fill="#6d7a81"/>
    <path d="M110 90h24" stroke="#6d7a81" stroke-width="5" stroke-linecap="round"/><circle cx="138" cy="90" r="6" fill="#c8553d"/>
    <path d="M70 112a14 14 0 0 1 14-14h32a14 14 0 0 1 14 14v20a8 8 0 0 1-8 8H78a8 8 0 0 1-8-8z" fill="#2c4a5a"/>
    <path d="M106 98h10a14 14 0 0 1 14 14v20a8 8 0 0 1-8 8h-16z" fill="#223c49"/>
    <rect x="70" y="114" width="60" height="13" fill="#f4ead6"/>`,
  blanket: `
    <path d="M44 104h112v22a8 8 0 0 1-8 8H52a8 8 0 0 1-8-8z" fill="#9c3d2a"/>
    <rect x="40" y="76" width="120" height="32" rx="14" fill="#c8553d"/>
    <rect x="44" y="46" width="112" height="34" rx="15" fill="#d9694f"/>
    <g fill="#f4dfc8"><rect x="60" y="46" width="9" height="34"/><rect x="60" y="76" width="9" height="32"/><rect x="60" y="108" width="9" height="26"/><rect x="131" y="46" width="9" height="34"/><rect x="131" y="76" width="9" height="32"/><rect x="131" y="108" width="9" height="26"/></g>
    <g fill="#2f5d50"><rect x="76" y="46" width="5" height="88"/><rect x="119" y="46" width="5" height="88"/></g>
    <path d="M48 80h104M48 108h104" stroke="#8a3323" stroke-width="3" opacity=".55" stroke-linecap="round"/>
    <path d="M56 134v8M68 134v8M80 134v8M92 134v8M104 134v8M116 134v8M128 134v8M140 134v8" stroke="#d9694f" stroke-width="3" stroke-linecap="round"/>`,
  tent: `
    <ellipse cx="100" cy="132" rx="82" ry="9" fill="#b7c8ab"/>
    <path d="M92 34l-64 96h72z" fill="#d98b3a"/>
    <path d="M92 34l80 96H56z" fill="#e8a24c"/>
    <path d="M92 34l80 96h-30z" fill="#c97b2d"/>
    <path d="M92 62l-24 68h50z" fill="#5b3a1e"/>
    <path d="M92 62l-24 68h16z" fill="#f2c078"/>
    <path d="M92 34l-6-10M92 34l7-10" stroke="#6b4a26" stroke-width="4" stroke-linecap="round"/>
    <path d="M28 130l-12 8M172 130l12 8" stroke="#6b4a26" stroke-width="3" stroke-linecap="round"/>`,
  lantern: `
    <circle cx="100" cy="88" r="56" fill="#fff6d6" opacity=".75"/>
    <path d="M76 48a24 28 0 0 1 48 0" fill="none" stroke="#8c6a1f" stroke-width="5"/>
    <path d="M86 34h28l6 14H80z" fill="#b98b2c"/>
    <rect x="74" y="48" width="52" height="9" rx="4" fill="#8c6a1f"/>
    <path d="M80 57h40l6 26-6 28H80l-6-28z" fill="#fdf3cf"/>
    <path d="M100 66c3 9 11 13 11 23a11 11 0 0 1-22 0c0-10 8-13 11-23z" fill="#e8872f"/>
    <path d="M100 80c2 5 5 7 5 12a5 5 0 0 1-10 0c0-5 4-7 5-12z" fill="#fbe08a"/>
    <path d="M80 57l-6 26 6 28M120 57l6 26-6 28" fill="none" stroke="#8c6a1f" stroke-width="4"/>
    <rect x="72" y="110" width="56" height="9" rx="4" fill="#8c6a1f"/>
    <path d="M76 119h48l6 14a4 4 0 0 1-4 5H74a4 4 0 0 1-4-5z" fill="#b98b2c"/>
    <path d="M104 119h20l6 14a4 4 0 0 1-4 5h-22z" fill="#9f7622"/>`,
  headlamp: `
    <path d="M116 70l72-26v80l-72-24z" fill="#fffbe6" opacity=".85"/>
    <ellipse cx="70" cy="84" rx="46" ry="40" fill="none" stroke="#2c4a5a" stroke-width="15"/>
    <ellipse cx="70" cy="84" rx="46" ry="40" fill="none" stroke="#e0a13a" stroke-width="4"/>
    <rect x="92" y="58" width="34" height="52" rx="10" fill="#2b3439"/>
    <rect x="112" y="64" width="16" height="40" rx="7" fill="#465259"/>
    <circle cx="121" cy="84" r="10" fill="#fbe08a"/><circle cx="121" cy="84" r="5" fill="#fff"/>
    <circle cx="101" cy="70" r="3.5" fill="#c8553d"/>`,
  backpack: `
    <path d="M84 34a16 16 0 0 1 32 0" fill="none" stroke="#6b4226" stroke-width="7"/>
    <rect x="46" y="84" width="20" height="44" rx="9" fill="#5d6b3f"/><rect x="134" y="84" width="20" height="44" rx="9" fill="#5d6b3f"/>
    <path d="M58 68a32 32 0 0 1 32-32h20a32 32 0 0 1 32 32v60a12 12 0 0 1-12 12H70a12 12 0 0 1-12-12z" fill="#7b8b55"/>
    <path d="M56 66a30 30 0 0 1 30-30h28a30 30 0 0 1 30 30v14a8 8 0 0 1-8 8H64a8 8 0 0 1-8-8z" fill="#8fa064"/>
    <rect x="70" y="98" width="60" height="34" rx="8" fill="#66753f"/>
    <path d="M70 106h60" stroke="#55622f" stroke-width="4"/>
    <g fill="#6b4226"><rect x="78" y="60" width="8" height="42" rx="3"/><rect x="114" y="60" width="8" height="42" rx="3"/></g>
    <g fill="#e0b25a"><rect x="75" y="88" width="14" height="9" rx="2"/><rect x="111" y="88" width="14" height="9" rx="2"/></g>`,
  drybag: `
    <path d="M68 52h64l6 74a12 12 0 0 1-12 12H74a12 12 0 0 1-12-12z" fill="#2a7f9e"/>
    <path d="M106 52h26l6 74a12 12 0 0 1-12 12h-20z" fill="#21687f"/>
    <rect x="62" y="42" width="76" height="12" rx="6" fill="#17495a"/><rect x="64" y="32" width="72" height="12" rx="6" fill="#2a7f9e"/>
    <path d="M64 38c-14-2-14-20 2-20h28M136 38c14-2 14-20-2-20h-22" fill="none" stroke="#1b2a30" stroke-width="6" stroke-linecap="round"/>
    <rect x="90" y="12" width="24" height="13" rx="4" fill="#1b2a30"/>
    <circle cx="100" cy="94" r="20" fill="#f4ead6"/>
    <path d="M100 80c6 9 10 13 10 19a10 10 0 0 1-20 0c0-6 4-10 10-19z" fill="#2a7f9e"/>`,
  compass: `
    <path d="M100 30v-8" stroke="#8c6a1f" stroke-width="8"/><circle cx="100" cy="18" r="8" fill="none" stroke="#b98b2c" stroke-width="5"/>
    <circle cx="100" cy="86" r="56" fill="#b98b2c"/><circle cx="100" cy="86" r="47" fill="#8c6a1f"/><circle cx="100" cy="86" r="43" fill="#fdfaf3"/>
    <g stroke="#3b4a44" stroke-width="3" stroke-linecap="round"><path d="M100 49v6M100 117v6M63 86h6M131 86h6"/></g>
    <g stroke="#9aa59f" stroke-width="2" stroke-linecap="round"><path d="M74 60l3 3M126 60l-3 3M74 112l3-3M126 112l-3-3"/></g>
    <g transform="rotate(32 100 86)"><path d="M100 54l9 32H91z" fill="#c8553d"/><path d="M100 118l9-32H91z" fill="#2c4a5a"/></g>
    <circle cx="100" cy="86" r="5" fill="#fdfaf3" stroke="#3b4a44" stroke-width="2"/>`,
  notebook: `
    <g transform="rotate(-7 100 84)">
      <rect x="62" y="30" width="82" height="110" rx="7" fill="#efe7d6"/>
      <rect x="56" y="26" width="82" height="110" rx="7" fill="#b5523b"/>
      <path d="M63 26h9v110h-9a7 7 0 0 1-7-7V33a7 7 0 0 1 7-7z" fill="#8f3d2a"/>
      <rect x="84" y="46" width="42" height="26" rx="3" fill="#f4ead6"/>
      <path d="M90 55h30M90 63h20" stroke="#8f3d2a" stroke-width="3" stroke-linecap="round"/>
      <rect x="126" y="26" width="5" height="110" fill="#2b2622"/>
    </g>
    <g transform="rotate(28 154 92)"><rect x="150" y="52" width="10" height="68" fill="#e0a13a"/><path d="M150 120h10l-5 14z" fill="#f4dfc8"/><path d="M153 129h4l-2 5z" fill="#2b2622"/><rect x="150" y="44" width="10" height="9" rx="2" fill="#c8553d"/></g>`,
};

export function picture(product) {
  return raw(`<svg class="art" viewBox="0 0 200 160" role="img" aria-label="${product.name}" preserveAspectRatio="xMidYMid slice">
    <rect width="200" height="160" fill="${BACKDROPS[product.category]}"/>
    <circle cx="100" cy="84" r="66" fill="#fff" opacity=".28"/>${DRAWINGS[product.art]}</svg>`);
}

function tree(x, y, size, fill) {
  const at = (dx, dy) => `${Math.round(x + dx * size)} ${Math.round(y + dy * size)}`;
  const half = [at(1, -1.7), at(0.6, -1.7), at(1.4, -0.6)];
  const other = [at(-1.4, -0.6), at(-0.6, -1.7), at(-1, -1.7)];
  return `<path d="M${[at(0, -3), ...half, ...other].join('L')}z" fill="${fill}"/>`;
}

export const heroScene = raw(`<svg class="scene" viewBox="0 0 1200 420" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
  <defs><linearGradient id="dusk" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#25485a"/><stop offset=".55" stop-color="#7f8f86"/><stop offset="1" stop-color="#f0b678"/></linearGradient></defs>
  <rect width="1200" height="420" fill="url(#dusk)"/>
  <circle cx="905" cy="232" r="62" fill="#fbe3a6"/>
  <path d="M0 330l150-120 110 80 170-170 150 150 120-90 180 150 130-110 190 130v70H0z" fill="#4d6f70" opacity=".75"/>
  <path d="M0 360l200-80 180 60 220-90 240 100 160-60 200 70v60H0z" fill="#335a52"/>
  <path d="M0 392q300-60 600-20t600-16v64H0z" fill="#1d3a33"/>
  ${[40, 95, 140, 205, 250, 560, 610, 668, 1040, 1085, 1140, 1180].map((x, i) => tree(x, 388 - (i % 3) * 6, 17 + (i % 4) * 4, i % 2 ? '#173029' : '#204239')).join('')}
  <ellipse cx="842" cy="392" rx="120" ry="20" fill="#f7c873" opacity=".28"/>
  <path d="M842 318l-62 74h124z" fill="#e8a24c"/><path d="M842 318l62 74h-30z" fill="#c97b2d"/><path d="M842 342l-18 50h38z" fill="#fff0bf"/>
</svg>`);

export const logo = raw(`<svg class="logo" viewBox="0 0 40 40" aria-hidden="true"><rect width="40" height="40" rx="11" fill="#1f4a3d"/><path d="M20 6l8 10h-4l6 8h-5l6 8H9l6-8h-5l6-8h-4z" fill="#f4ead6"/><circle cx="20" cy="26" r="3.6" fill="#e8a24c"/></svg>`);

export const favicon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="11" fill="#1f4a3d"/><path d="M20 6l8 10h-4l6 8h-5l6 8H9l6-8h-5l6-8h-4z" fill="#f4ead6"/><circle cx="20" cy="26" r="3.6" fill="#e8a24c"/></svg>`;

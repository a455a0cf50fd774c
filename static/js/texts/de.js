/** Made by `make messages` from chatapp/locale/de/LC_MESSAGES/django.po; do not edit. */

import { learn } from "../i18n.js";

learn({
"Help: how everything works": "",
"%(n)s section": [
"",
""
],
"No section has all of these words.": "",
"How it works": ""
}, (n) => Number(n != 1));

/** A shared page can be read without any script; this colours code, draws formulas and adds copy buttons to code. */

import { announce } from "./chat/announce.js";
import { enhance } from "./chat/enhance.js";

enhance(document.getElementById("main"), { announce });

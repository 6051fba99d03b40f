// Everything the pages need; each module does nothing where its element is missing.

import "./bell.js";
import "./connection.js";
import "./drop.js";
import "./list.js";
import "./task.js";
import "./waiting.js";
import { askInDialogs } from "./ask.js";
import { copyOnClick } from "./copy.js";
import { keepCounting } from "./durations.js";
import { closeMenus } from "./menu.js";
import { mendOthers } from "./others.js";
import { takeUp } from "./outbox.js";
import { restWhileHidden } from "./rest.js";
import { easeSearch } from "./search.js";
import { updateSlowly } from "./slowly.js";
import "./start.js";
import { keepTrue } from "./times.js";

askInDialogs();
closeMenus();
copyOnClick();
keepCounting();
easeSearch();
keepTrue();
mendOthers();
restWhileHidden();
takeUp();
updateSlowly();

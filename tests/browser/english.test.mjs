// Every page in English.
import { everyPage } from "./views.mjs";

everyPage("en");
